import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
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
  it('gives a code, pairs when it is typed, and logs in', async () => {
    const engine = await startEngine(sandbox);
    const asked = sandbox.waitFor('code_requested');
    const { until, events, connection } = engine.connect(goal);
    const { code, seq, expiresAt } = await until('pair_code');
    expect(code).toMatch(/^[1-9A-HJ-NP-TV-Z]{8}$/);
    expect(seq).toBe(1);
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 150_000);
    expect(await asked).toMatchObject({ phone, pushNotification: true });
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
    expect(await engine.store.get(sessionId)).toMatchObject({ paired: true, phoneNumber: phone });
  });

  it('takes a code of one’s own, and asks for no push when told so', async () => {
    const engine = await startEngine(sandbox);
    const asked = sandbox.waitFor('code_requested');
    const { until, connection } = engine.connect({ ...goal, code: 'WACT1SAN', pushNotification: false });
    expect((await until('pair_code')).code).toBe('WACT1SAN');
    expect(await asked).toMatchObject({ pushNotification: false });
    await connection.close();
  });

  it('says that a code was wrong, and then takes the right one', async () => {
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

  it.each([400, 429])('is refused when WhatsApp answers %i', async (code) => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind: 'code_refused', code });
    const { closed, events } = engine.connect(goal);
    expect(await closed).toMatchObject({ reason: 'pairing_refused', code });
    expect(events.map(({ kind }) => kind)).toEqual(['connected']);
  });

  it('leaves nothing behind when it is given up, so that the next attempt pairs', async () => {
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
