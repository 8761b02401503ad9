import { describe, expect, it } from 'vitest';
import { HolderGoneError, WactlError } from '../../src/errors.ts';
import { askHost } from '../../src/holder/ask-host.ts';
import { fakeHolder } from '../support/fake-holder.ts';
import { rejection } from '../support/fake-holding.ts';
import { someProfile } from '../support/fake-whatsapp.ts';
import type { Script } from '../support/fake-whatsapp.ts';
import { kept, pairing, quiet } from '../support/shared-holding.ts';

const { signal } = new AbortController();
const online: Script = (line) => line.logsIn();

/** A session that process 1 of the machine wa-1 keeps online, seen from a process of another machine, which has the same pid. */
async function elsewhere(pid = 1) {
  const { first, ended } = await kept([online, online]);
  const { holder: other } = first.process(pid, undefined, 'wa-1');
  return { first, ended, other, session: await first.session() };
}

describe('a session that another machine keeps online', () => {
  it('is checked and held there, on its open connection', async () => {
    const { first, other, session } = await elsewhere();
    expect(await other.check(session, { signal })).toMatchObject({
      status: 'logged_in',
      profile: someProfile,
    });
    expect(await other.held(session, { signal })).toMatchObject({ pid: 1, host: 'wa-1' });
    expect([...(await other.heldStatuses())]).toEqual([['a', 'logged_in']]);
    expect(await other.bringOnline(session, { signal, maxRetries: 1 })).toMatchObject({
      details: 'already online, held by process 1 on wa-1',
    });
    expect(first.whatsapp.lines).toHaveLength(1);
  });

  it('is taken offline there', async () => {
    const { first, other, session, ended } = await elsewhere();
    expect(await other.disconnect(session, { signal })).toMatchObject({ status: 'disconnected' });
    expect(await ended).toMatchObject({ details: 'taken offline by another command' });
    expect(await first.store.leases.leases()).toEqual([]);
    expect(await other.held(session, { signal })).toBeNull();
  });

  it('is not taken from a machine that cannot be reached, whatever that means', async () => {
    const { first, other, session } = await elsewhere();
    first.machine.kill('/run/1');
    expect(await rejection(other.check(session, { signal }))).toMatchObject({
      code: 'in_use',
      message:
        'a is held on the machine wa-1, which could not be asked at http://wa-1:1: ' +
        'the process that held the session has ended',
      hint: 'look there with: wactl doctor; if that machine has gone, try again in a minute',
    });
    expect(await first.store.leases.leases()).toHaveLength(1);
    expect([...(await other.heldStatuses())]).toEqual([['a', 'logged_in']]);
  });

  it('is said to be held when that machine does not answer within 5 s', async () => {
    const { first, other, session } = await elsewhere();
    first.machine.silence('/run/1');
    const asking = rejection(other.held(session, { signal }));
    await first.clock.advance(5_000);
    expect(await asking).toMatchObject({
      code: 'in_use',
      message: expect.stringMatching(/could not be asked at http:\/\/wa-1:1: no answer$/) as string,
    });
  });

  it('is asked about no longer than the caller waits', async () => {
    const { first, other, session } = await elsewhere();
    first.machine.silence('/run/1');
    const leaves = new AbortController();
    const asking = rejection(other.held(session, { signal: leaves.signal }));
    await quiet();
    leaves.abort(new Error('left'));
    expect(await asking).toMatchObject({ message: 'left' });
  });

  it.each([
    ['ECONNREFUSED', 'nothing listens there (ECONNREFUSED)', 'look there with: wactl doctor'],
    [
      'ENOTFOUND',
      'that name is not known here (ENOTFOUND)',
      'if others should reach it at another address, start it there with: wactl serve --advertise URL',
    ],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
      'if it is your own, name its authority before you start wactl: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
    ],
  ])('is said to be held when the line there fails with %s', async (code, why, hint) => {
    const { first } = await elsewhere();
    const [standing] = await first.store.leases.leases();
    if (!standing) throw new Error('no lease');
    const lease = { ...standing, host: 'wa-1', url: 'https://wa-1:1', serverId: 'server-1' };
    const cause = Object.assign(new Error('no'), { code });
    const peer = fakeHolder({ held: () => Promise.reject(new HolderGoneError({ cause })) });
    const peers = { atHost: () => Promise.resolve(peer) };
    const parts = { leases: first.store.leases, clock: first.clock, peers };
    expect(await rejection(askHost(parts, lease, signal))).toMatchObject({
      code: 'in_use',
      message: `a is held on the machine wa-1, which could not be asked at https://wa-1:1: ${why}`,
      hint: `${hint}; if that machine has gone, try again in a minute`,
    });
  });

  it('cannot be asked about without the key, which the caller learns', async () => {
    const { first } = await elsewhere();
    const [standing] = await first.store.leases.leases();
    if (!standing) throw new Error('no lease');
    const lease = { ...standing, host: 'wa-1', url: 'http://wa-1:1', serverId: 'server-1' };
    const keyless = new WactlError('missing_key', 'this needs the key of the sessions');
    const peers = { atHost: () => Promise.reject(keyless) };
    const parts = { leases: first.store.leases, clock: first.clock, peers };
    expect(await rejection(askHost(parts, lease, signal))).toBe(keyless);
  });

  it('is held here as soon as that machine has let it go', async () => {
    const { first, other, session } = await elsewhere();
    first.interrupt.abort(new Error('SIGTERM'));
    await quiet();
    expect(await other.check(session, { signal })).toMatchObject({ status: 'logged_in' });
    expect(first.whatsapp.lines).toHaveLength(2);
  });

  it('shows its QR to those who ask elsewhere', async () => {
    const { first, session } = await pairing([(line) => line.qr(1)]);
    const { holder: other } = first.process(1, undefined, 'wa-1');
    const seen: string[] = [];
    void other
      .follow(session, { signal }, (event) => {
        if (event.kind === 'qr') seen.push(event.payload);
      })
      .catch(() => undefined);
    await quiet();
    expect(seen).toEqual(['payload-1']);
  });
});
