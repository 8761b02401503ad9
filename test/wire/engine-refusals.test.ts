import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import { sessionId, startEngine } from '../support/engine.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ refCount: 1 });
});

afterEach(() => sandbox.close());

const unknownCodes = [400, 409, 413, 414, 415, 418, 501];

describe('a refusal', () => {
  it.each(unknownCodes)('of a registration with %i refuses the pairing', async (code) => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind: 'failure', code });
    const { closed } = engine.connect({ kind: 'pair_by_qr' });
    expect(await closed).toMatchObject({ reason: 'pairing_refused', code });
  });

  it.each(unknownCodes)('of a login with %i is reported as unknown', async (code) => {
    const engine = await startEngine(sandbox);
    await engine.pair();
    sandbox.fault({ kind: 'failure', code });
    expect(await engine.connect({ kind: 'login' }).closed).toMatchObject({ reason: 'refused', code });
    expect(await engine.store.readCreds(sessionId)).toBeDefined();
  });

  it('reports why an account is banned temporarily, and until when', async () => {
    const engine = await startEngine(sandbox);
    await engine.pair();
    const before = Date.now();
    sandbox.fault({ kind: 'failure', code: 402, ban: 101, expire: 3600 });
    const close = await engine.connect({ kind: 'login' }).closed;
    expect(close).toMatchObject({ reason: 'banned', code: 402, banCode: 101 });
    const until = close.expiresAt?.getTime() ?? 0;
    expect(until).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(until).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });

  it('with an invalid end of the ban has none', async () => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind: 'failure', code: 402, expire: Number.MAX_SAFE_INTEGER });
    const close = await engine.connect({ kind: 'pair_by_qr' }).closed;
    expect(close).toEqual({ reason: 'banned', code: 402, at: expect.any(Date) as Date });
  });

  it("reports WhatsApp's text in one short line", async () => {
    const engine = await startEngine(sandbox);
    await engine.pair();
    const subtext = `Log in\n\u001b[8m again${'!'.repeat(10_000)}`;
    sandbox.fault({ kind: 'failure', code: 403, header: 'You were logged out', subtext });
    const { reason, detail = '' } = await engine.connect({ kind: 'login' }).closed;
    expect(reason).toBe('banned');
    expect(detail).toMatch(/^You were logged out\. Log in again!+…$/);
    expect(detail.length).toBeLessThan(500);
  });
});

describe('a stream error', () => {
  it.each<[Fault, CloseReason]>([
    [{ kind: 'stream_error', code: 401 }, 'logged_out'],
    [{ kind: 'stream_error', code: 401, conflict: 'none' }, 'unauthorized'],
    [{ kind: 'stream_error', code: 401, conflict: 'replaced' }, 'replaced'],
    [{ kind: 'stream_error', code: 500, conflict: 'device_removed' }, 'logged_out'],
    [{ kind: 'stream_error', code: 516 }, 'restart_required'],
    [{ kind: 'stream_error', code: 599 }, 'server_error'],
  ])('%o ends with %s', async (fault, reason) => {
    const engine = await startEngine(sandbox);
    await engine.pair();
    const followed = engine.connect({ kind: 'login' });
    await followed.until('logged_in');
    sandbox.fault({ ...fault, when: 'now' });
    expect(await followed.closed).toMatchObject({ reason });
  });

  it('with 401 refuses a pairing', async () => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind: 'stream_error', code: 401, conflict: 'none' });
    const { closed } = engine.connect({ kind: 'pair_by_qr' });
    expect(await closed).toMatchObject({ reason: 'pairing_refused', code: 401 });
  });
});

describe('an outdated certificate', () => {
  it('is reported with its dates, and not as forged', async () => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind: 'expired_certificate' });
    const { reason, code, detail } = await engine.connect({ kind: 'pair_by_qr' }).closed;
    expect({ reason, code }).toEqual({ reason: 'certificate_out_of_date', code: null });
    const year = new Date().getUTCFullYear();
    expect(detail).toMatch(
      new RegExp(
        `^it is valid from ${year - 2}-.* until ${year - 1}-.*, but this machine's clock says ${year}-`,
      ),
    );
  });
});

describe('a socket that the server closes while a QR is on show', () => {
  it.each<[string, number, CloseReason]>([
    ['a little before the last ref ends: nobody has paired in time', 2_500, 'pairing_expired'],
    ['long before the last ref ends: it was closed', 60_000, 'connection_closed'],
  ])('%s', async (_, firstRefMs, reason) => {
    const engine = await startEngine(sandbox, { deadlines: { firstRefMs } });
    const { until, closed } = engine.connect({ kind: 'pair_by_qr' });
    await until('qr');
    sandbox.fault({ kind: 'stream_end', when: 'now' });
    expect(await closed).toMatchObject({ reason, code: 428 });
  });
});
