import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { sessionId, startEngine } from '../support/engine.ts';

let sandbox: Sandbox;
const phone = '15550100001';
const goal = { kind: 'pair_by_code', phone, pushNotification: true } as const;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

describe('pairing by code', () => {
  it('shows a code, pairs when it is typed, and logs in', async () => {
    const engine = await startEngine(sandbox);
    const asked = sandbox.waitFor('code_requested');
    const { until, events, connection } = engine.connect(goal);
    const { code, seq, expiresAt } = await until('pair_code');
    expect(code).toMatch(/^[1-9A-HJ-NP-TV-Z]{8}$/);
    expect(seq).toBe(1);
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 150_000);
    expect(await asked).toMatchObject({
      phone,
      pushNotification: true,
      display: 'Chrome (Windows)',
      nonce: '00',
    });
    await sandbox.enterCode(phone, code);
    await until('logged_in');
    expect(events.map(({ kind }) => kind)).toEqual([
      'connected',
      'pair_code',
      'paired',
      'connected',
      'logged_in',
    ]);
    await connection.close();
    expect(await engine.store.get(sessionId)).toMatchObject({ paired: false, unconfirmed: true });
  });

  it('accepts a chosen code, and asks for no push notification when told so', async () => {
    const engine = await startEngine(sandbox);
    const asked = sandbox.waitFor('code_requested');
    const { until, connection } = engine.connect({ ...goal, code: 'WACT1SAN', pushNotification: false });
    expect((await until('pair_code')).code).toBe('WACT1SAN');
    expect(await asked).toMatchObject({ pushNotification: false });
    await connection.close();
  });

  it('reports a wrong code, and then accepts the right one', async () => {
    const engine = await startEngine(sandbox, { deadlines: { wrongCodeMs: 300 } });
    const { until, connection } = engine.connect({ ...goal, code: 'ABCDEFGH' });
    await until('pair_code');
    await expect(sandbox.enterCode(phone, 'ABCDEFGJ')).rejects.toThrow();
    await until('wrong_code');
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
    await sandbox.enterCode(phone, 'ABCDEFGH');
    await until('logged_in');
    await connection.close();
  });

  it.each([400, 404, 429])('is refused when WhatsApp answers %i', async (code) => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind: 'code_refused', code });
    const { closed, events } = engine.connect(goal);
    expect(await closed).toEqual({ reason: 'code_refused', code, at: expect.any(Date) as Date });
    expect(events.map(({ kind }) => kind)).toEqual(['connected']);
  });

  it('reports how long WhatsApp asks to wait', async () => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind: 'code_refused', code: 429, backoff: 90 });
    expect(await engine.connect(goal).closed).toMatchObject({
      code: 429,
      detail: 'WhatsApp asks to wait 90 s',
    });
  });

  it.each(['refresh_code', 'manual', 'empty'])(
    'asks for another code when WhatsApp wants that (%s), and pairs by it',
    async (form) => {
      sandbox.fault({ kind: 'refresh_code', form, count: 2 });
      const engine = await startEngine(sandbox);
      const { until, connection } = engine.connect(goal);
      const first = await until('pair_code');
      await expect(sandbox.enterCode(phone, first.code)).rejects.toThrow('type the new one');
      const second = await until('pair_code', 2);
      expect(second.seq).toBe(2);
      expect(second.code).not.toBe(first.code);
      expect(second.expiresAt.getTime()).toBeGreaterThanOrEqual(first.expiresAt.getTime());
      await expect(sandbox.enterCode(phone, second.code)).rejects.toThrow('type the new one');
      const third = await until('pair_code', 3);
      await expect(sandbox.enterCode(phone, first.code)).rejects.toThrow('wrong code');
      await sandbox.enterCode(phone, third.code);
      await until('logged_in');
      await connection.close();
    },
  );

  it('asks again for the chosen code', async () => {
    sandbox.fault({ kind: 'refresh_code' });
    const engine = await startEngine(sandbox);
    const { until, connection } = engine.connect({ ...goal, code: 'WACT1SAN' });
    await until('pair_code');
    await expect(sandbox.enterCode(phone, 'WACT1SAN')).rejects.toThrow('type the new one');
    expect(await until('pair_code', 2)).toMatchObject({ seq: 2, code: 'WACT1SAN' });
    await sandbox.enterCode(phone, 'WACT1SAN');
    await until('logged_in');
    await connection.close();
  });

  it('asks for five new codes at most', async () => {
    sandbox.fault({ kind: 'refresh_code', count: 9 });
    const engine = await startEngine(sandbox);
    const { until, events, closed } = engine.connect(goal);
    for (const seq of [1, 2, 3, 4, 5, 6]) {
      const { code } = await until('pair_code', seq);
      await expect(sandbox.enterCode(phone, code)).rejects.toThrow('type the new one');
    }
    expect(await closed).toMatchObject({ reason: 'pairing_expired' });
    expect(events.filter(({ kind }) => kind === 'pair_code')).toHaveLength(6);
  });

  it('is refused by the phone once the code has expired', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ codeMs: -1 });
    const engine = await startEngine(sandbox);
    const { until, connection } = engine.connect(goal);
    await expect(sandbox.enterCode(phone, (await until('pair_code')).code)).rejects.toThrow('has expired');
    await connection.close();
  });

  it('outlives the refs of the registration', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ firstRefMs: 30, refMs: 5 });
    const engine = await startEngine(sandbox, { deadlines: { firstRefMs: 30, laterRefMs: 5 } });
    const lastRef = sandbox.waitFor('ref_expired', ({ index }) => index === 5);
    const { until, connection } = engine.connect(goal);
    const { code } = await until('pair_code');
    await lastRef;
    await sandbox.enterCode(phone, code);
    await until('logged_in');
    await connection.close();
  });

  it('leaves nothing behind when it is aborted, so that the next attempt pairs', async () => {
    const engine = await startEngine(sandbox);
    const first = engine.connect(goal);
    await first.until('pair_code');
    await first.connection.close();
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
    const second = engine.connect(goal);
    await sandbox.enterCode(phone, (await second.until('pair_code')).code);
    await second.until('logged_in');
    await second.connection.close();
  });

  it('expires by itself', async () => {
    const engine = await startEngine(sandbox, { deadlines: { codeMs: 50 } });
    const { closed, until } = engine.connect(goal);
    const { expiresAt } = await until('pair_code');
    expect(await closed).toMatchObject({ reason: 'pairing_expired' });
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
  });
});
