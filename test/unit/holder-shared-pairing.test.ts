import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/errors.ts';
import { rejection } from '../support/fake-holding.ts';
import { someCode } from '../support/fake-whatsapp.ts';
import type { Script } from '../support/fake-whatsapp.ts';
import { pairing, quiet } from '../support/shared-holding.ts';

const byQr = { kind: 'pair_by_qr' } as const;
const byCode = { kind: 'pair_by_code', phone: '15551234567', pushNotification: true } as const;
const showing: Script = (line) => line.qr(1);
const paired: Script = async (line) => {
  line.qr(1);
  await line.pairs();
  line.logsIn();
};
const ignore = (): void => undefined;
const stop = new InterruptedError('SIGINT');
const { signal } = new AbortController();

describe('a session that another process is pairing', () => {
  it('is followed, from the QR that is on show to the login', async () => {
    const { first, session, ended, other } = await pairing([showing]);
    const told: string[] = [];
    const following = other.pair(session, byQr, { signal }, (event) => told.push(event.kind));
    await quiet();
    expect(told).toEqual(['status', 'qr']);
    await first.whatsapp.line.pairs();
    first.whatsapp.line.logsIn();
    expect(await following).toMatchObject({ paired: true });
    expect(await ended).toMatchObject({ paired: true });
    expect(first.whatsapp.lines).toHaveLength(1);
  });

  it('shows a QR with a greater seq when another process starts it again', async () => {
    const { first, session, other } = await pairing([showing, showing]);
    const seqs: number[] = [];
    void other
      .pair(session, byQr, { signal }, (event) => event.kind === 'qr' && seqs.push(event.seq))
      .catch(ignore);
    await quiet();
    expect(await other.restart(session, { signal })).toMatchObject({ status: 'connecting' });
    await quiet();
    expect(seqs).toEqual([1, 2]);
    expect(first.whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });

  it('goes on when the process that follows it is interrupted', async () => {
    const { first, session, other } = await pairing([showing]);
    const follower = new AbortController();
    const following = rejection(other.pair(session, byQr, { signal: follower.signal }, ignore));
    await quiet();
    follower.abort(stop);
    expect(await following).toBe(stop);
    expect(first.whatsapp.line.isOpen).toBe(true);
  });

  it('is taken over by the process that follows it when the first one is interrupted', async () => {
    const { first, session, ended, other } = await pairing([showing, paired]);
    const following = other.pair(session, byQr, { signal }, ignore);
    await quiet();
    first.interrupt.abort(stop);
    expect(await ended).toBe(stop);
    expect(await following).toMatchObject({ paired: true });
    expect(first.whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  });

  it('is paired the other way when that is asked for', async () => {
    const byCodeThen: Script = (line) => line.tells(someCode(line));
    const { first, session, ended, other } = await pairing([showing, byCodeThen]);
    const told: string[] = [];
    const following = other.pair(session, byCode, { signal }, (event) => told.push(event.kind));
    await quiet();
    expect(first.whatsapp.line.request.goal).toEqual(byCode);
    expect(first.whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect(told.at(-1)).toBe('pair_code');
    await first.whatsapp.line.pairs();
    first.whatsapp.line.logsIn();
    expect(await following).toMatchObject({ paired: true });
    expect(await ended).toMatchObject({ paired: true });
  });

  it('is checked without contacting WhatsApp', async () => {
    const { first, session, other } = await pairing([showing]);
    expect(await other.check(session, { signal })).toMatchObject({ status: 'waiting_for_qr', profile: null });
    expect(first.whatsapp.lines).toHaveLength(1);
  });

  it('is stopped by a disconnect', async () => {
    const { session, ended, other } = await pairing([showing]);
    expect(await other.disconnect(session, { signal })).toMatchObject({ details: 'the pairing was stopped' });
    expect(await ended).toMatchObject({ code: 'pairing_expired' });
  });

  it('shows another QR after a restart', async () => {
    const { first, session, other } = await pairing([showing, showing]);
    expect(await other.restart(session, { signal })).toMatchObject({ status: 'connecting' });
    await quiet();
    expect(first.whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });
});
