import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startEngine } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';

let sandbox: Sandbox;
let engine: Engine;
const jid = '15550100001:1@s.whatsapp.net';

beforeEach(async () => {
  sandbox = await startSandbox();
  engine = await startEngine(sandbox);
  await engine.pair();
});

afterEach(() => sandbox.close());

const logIn = async () => {
  const followed = engine.connect({ kind: 'login' });
  await followed.until('logged_in');
  return followed;
};

describe('a connection that is logged in', () => {
  it('ends with logged_out when the phone unlinks it, and so does the next login', async () => {
    const { closed } = await logIn();
    sandbox.unlink(jid);
    expect(await closed).toMatchObject({ reason: 'logged_out', code: 401 });
    expect(await engine.connect({ kind: 'login' }).closed).toMatchObject({ reason: 'logged_out', code: 401 });
  });

  it('ends with replaced when the same device logs in elsewhere', async () => {
    const first = await logIn();
    const second = await logIn();
    expect(await first.closed).toMatchObject({ reason: 'replaced', code: 440 });
    await second.connection.close();
  });

  it.each([
    [503, 'unavailable'],
    [500, 'server_error'],
    [515, 'restart_required'],
  ])('ends by stream error %i with %s', async (code, reason) => {
    const { closed } = await logIn();
    sandbox.fault({ kind: 'stream_error', code, when: 'now' });
    expect(await closed).toMatchObject({ reason, code });
  });

  it('is lost when the server stops', async () => {
    const { closed } = await logIn();
    await sandbox.close();
    expect((await closed).reason).toMatch(/^connection_(lost|closed)$/);
  });

  it('is lost when the server falls silent', async () => {
    const patient = engine.again({ deadlines: { keepAliveMs: 10, deafMs: 50 } }).connect({ kind: 'login' });
    await patient.until('logged_in');
    sandbox.fault({ kind: 'no_answer', query: 'ping', times: 1_000_000 });
    expect(await patient.closed).toMatchObject({ reason: 'connection_lost' });
  });

  it('is lost when a deaf server leaves a question unanswered, long before the next ping', async () => {
    const { connection, closed, until } = engine
      .again({ deadlines: { deafMs: 50 } })
      .connect({ kind: 'login' });
    await until('logged_in');
    sandbox.fault({ kind: 'silence', when: 'now' });
    await expect(connection.profile()).rejects.toMatchObject({ code: 'unreachable' });
    expect(await closed).toMatchObject({ reason: 'connection_lost' });
    expect(connection.lastHeardAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('has no profile once the line is cut, and so does not count as logged in', async () => {
    const { connection, closed } = await logIn();
    sandbox.fault({ kind: 'drop', at: 1, direction: 'received' });
    await expect(connection.profile()).rejects.toMatchObject({ code: 'unreachable' });
    await closed;
  });

  it('unlinks itself and waits for the answer', async () => {
    const { connection, closed } = await logIn();
    await connection.logout();
    expect(sandbox.device(jid)).toBeUndefined();
    expect(await closed).toMatchObject({ reason: 'ended_here' });
  });

  it('reports an unconfirmed logout', async () => {
    const { connection } = await (async () => {
      const followed = engine.again({ deadlines: { queryMs: 1_000 } }).connect({ kind: 'login' });
      await followed.until('logged_in');
      return followed;
    })();
    sandbox.fault({ kind: 'no_answer', query: 'logout' });
    await expect(connection.logout()).rejects.toMatchObject({ code: 'timed_out' });
    await connection.close();
  });

  it('reports an incoming message', async () => {
    const { connection, until } = await logIn();
    const id = sandbox.sendText(jid, 'hello there');
    const { message } = await until('message');
    expect(message).toMatchObject({ id, text: 'hello there' });
    expect(message.from).toMatch(/^\d+@/);
    await connection.close();
  });

  it('leaves queued messages on the server while it is passive, and still reads the profile', async () => {
    sandbox.sendText(jid, 'kept for later');
    const waiting = sandbox.device(jid)?.undelivered.length;
    const looking = engine.connect({ kind: 'login', passive: true });
    await looking.until('logged_in');
    expect(await looking.connection.profile()).toMatchObject({ phone: '15550100001' });
    await looking.connection.close();
    expect(looking.events.filter(({ kind }) => kind === 'message')).toEqual([]);
    expect(sandbox.device(jid)?.undelivered).toHaveLength(waiting ?? -1);
    const { until, connection } = await logIn();
    expect(await until('message')).toMatchObject({ message: { text: 'kept for later' } });
    await connection.close();
  });

  it('handles a burst at login, is closed in the middle of it, and continues next time', async () => {
    for (let at = 0; at < 150; at += 1) sandbox.sendText(jid, `offline ${at}`);
    const first = await logIn();
    await first.connection.close();
    expect(await first.closed).toMatchObject({ reason: 'ended_here' });
    const second = await logIn();
    const id = sandbox.sendText(jid, 'after the burst');
    await sandbox.waitFor('receipt', (event) => event.id === id);
    await second.connection.close();
    const texts = second.events.flatMap((event) => (event.kind === 'message' ? [event.message.text] : []));
    expect(texts).toContain('after the burst');
  });

  it('reports and stores a push name that was changed meanwhile', async () => {
    sandbox.rename('Sandy the Second');
    const { connection, until } = await logIn();
    expect((await until('push_name')).pushName).toBe('Sandy the Second');
    await connection.close();
    const again = await logIn();
    expect((await again.until('logged_in')).identity.pushName).toBe('Sandy the Second');
    await again.connection.close();
  });
});

describe('the clock', () => {
  const hour = 3_600_000;
  const pings = () =>
    (sandbox.device(jid)?.received ?? []).filter(({ attrs }) => attrs['xmlns'] === 'w:p').length;
  const again = () =>
    engine.again({ deadlines: { keepAliveMs: 20, deafMs: 300 } }).connect({ kind: 'login' });
  afterEach(() => void vi.useRealTimers());

  it('set back by an hour does not hide a dead connection', async () => {
    const { until, closed } = again();
    await until('logged_in');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - hour });
    sandbox.fault({ kind: 'silence', when: 'now' });
    expect(await closed).toMatchObject({ reason: 'connection_lost' });
  });

  it('set forward by a day does not end a connection', async () => {
    const { until, connection } = again();
    await until('logged_in');
    const before = pings();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 26 * hour });
    while (pings() < before + 3) await connection.profile();
    expect(await connection.profile()).toMatchObject({ phone: '15550100001' });
    await connection.close();
  });
});

describe('a profile', () => {
  it('is complete for a business, in the order of the contract', async () => {
    Object.assign(sandbox.phone().account, {
      about: 'We answer',
      verifiedName: 'Acme Ltd',
      picture: { id: '42', url: 'https://pps.whatsapp.net/42' },
      business: {
        address: '1 Main St',
        email: 'hi@acme.test',
        websites: ['https://acme.test', 'https://shop.acme.test'],
        categories: [
          { id: '133', name: 'Shopping' },
          { id: '7', name: 'Toys' },
        ],
        options: { cart_enabled: 'true', commerce_experience: '' },
        hours: { timezone: 'Europe/Bratislava', days: [{ day: 'mon', mode: 'open_24h' }] },
      },
    });
    const { connection } = await logIn();
    const profile = await connection.profile();
    expect(Object.keys(profile)).toEqual([
      'phone',
      'whatsappJid',
      'pushName',
      'businessName',
      'businessProfile',
      'profilePictureId',
      'profilePictureUrl',
      'verifiedName',
      'about',
      'website',
    ]);
    expect(profile).toEqual({
      phone: '15550100001',
      whatsappJid: '15550100001@s.whatsapp.net',
      pushName: 'Sandy Box',
      businessName: 'Acme Ltd',
      businessProfile: {
        businessHoursTimezone: 'Europe/Bratislava',
        categories: [
          { id: '133', name: 'Shopping' },
          { id: '7', name: 'Toys' },
        ],
        profileOptions: { cart_enabled: 'true', commerce_experience: '' },
        address: '1 Main St',
        email: 'hi@acme.test',
      },
      profilePictureId: '42',
      profilePictureUrl: 'https://pps.whatsapp.net/42',
      verifiedName: 'Acme Ltd',
      about: 'We answer',
      website: 'https://acme.test',
    });
    await connection.close();
  });

  it('leaves out hidden, absent, refused and late parts', async () => {
    Object.assign(sandbox.phone().account, { about: null, picture: null });
    const { connection } = await logIn();
    sandbox.fault({ kind: 'query_error', query: 'business_profile', code: 500 });
    expect(Object.keys(await connection.profile())).toEqual(['phone', 'whatsappJid', 'pushName']);
    await connection.close();
  });

  it('is timed_out when no answer comes, and ends when aborted', async () => {
    const quick = engine.again({ deadlines: { profileMs: 100 } }).connect({ kind: 'login' });
    await quick.until('logged_in');
    for (const query of ['usync', 'profile_picture', 'business_profile'] as const)
      sandbox.fault({ kind: 'no_answer', query, times: 9 });
    await expect(quick.connection.profile()).rejects.toMatchObject({ code: 'timed_out' });
    const reason = new Error('enough');
    await expect(quick.connection.profile(AbortSignal.abort(reason))).rejects.toBe(reason);
    await quick.connection.close();
    await expect(quick.connection.profile()).rejects.toMatchObject({
      code: 'unreachable',
    });
  });
});
