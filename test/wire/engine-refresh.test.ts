import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startEngine } from '../support/engine.ts';

// The real server has done this to registrations since the summer of 2026.

let sandbox: Sandbox;
const phone = '15550100001';

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

const refOf = (payload: string): string => payload.split(',')[0] ?? '';

describe('a new secret that WhatsApp asks for after a scan', () => {
  it.each(['companion_reg_refresh', 'pair-device-rotate-qr'])(
    'as %s: the same ref is shown with it, for the rest of its lifetime',
    async (form) => {
      sandbox.fault({ kind: 'reg_refresh', form });
      const engine = await startEngine(sandbox);
      const { until, connection } = engine.connect({ kind: 'pair_by_qr' });
      const first = await until('qr');
      const acknowledged = sandbox.waitFor('acknowledged');
      expect(() => sandbox.scan(first.payload)).toThrow('could not be linked');
      const second = await until('qr', 2);
      expect(await acknowledged).toMatchObject({ type: 'companion_reg_refresh' });
      expect(second).toMatchObject({ seq: 2, expiresAt: first.expiresAt, rescan: true });
      expect(first.rescan).toBe(false);
      expect(refOf(second.payload)).toBe(refOf(first.payload));
      expect(second.payload).not.toBe(first.payload);
      expect(() => sandbox.scan(first.payload)).toThrow('this QR code was replaced');
      sandbox.scan(second.payload);
      await until('logged_in');
      await connection.close();
    },
  );

  it('several times in a row: each QR differs, and the last one links', async () => {
    sandbox.fault({ kind: 'reg_refresh', count: 3 });
    const engine = await startEngine(sandbox);
    const { until, connection } = engine.connect({ kind: 'pair_by_qr' });
    const payloads = new Set<string>();
    for (const seq of [1, 2, 3]) {
      const { payload } = await until('qr', seq);
      payloads.add(payload);
      expect(() => sandbox.scan(payload)).toThrow('could not be linked');
    }
    const last = await until('qr', 4);
    expect(payloads.add(last.payload).size).toBe(4);
    sandbox.scan(last.payload);
    await until('logged_in');
    await connection.close();
  });

  it('does not touch the secret of a pairing code that was typed', async () => {
    sandbox.fault({ kind: 'reg_refresh', count: 2 });
    const engine = await startEngine(sandbox);
    const { until, connection } = engine.connect({ kind: 'pair_by_code', phone, pushNotification: true });
    await sandbox.enterCode(phone, (await until('pair_code')).code);
    await until('logged_in');
    const acknowledged = sandbox.events.past.flatMap((event) =>
      event.kind === 'acknowledged' ? [event.type] : [],
    );
    expect(acknowledged.filter((type) => type === 'companion_reg_refresh')).toHaveLength(2);
    await connection.close();
  });
});

describe('a registration', () => {
  it('takes new refs on the same connection: they are shown, and earlier ones no longer link', async () => {
    sandbox.fault({ kind: 'second_pair_device' });
    const engine = await startEngine(sandbox);
    const { until, connection } = engine.connect({ kind: 'pair_by_qr' });
    const first = await until('qr');
    const second = await until('qr', 2);
    expect(second).toMatchObject({ seq: 2, rescan: false });
    expect(refOf(second.payload)).not.toBe(refOf(first.payload));
    expect(() => sandbox.scan(first.payload)).toThrow('no device is waiting with this QR code');
    sandbox.scan(second.payload);
    await until('logged_in');
    await connection.close();
  });

  it('does not take a success before the link for a login', async () => {
    sandbox.fault({ kind: 'early_success' });
    const engine = await startEngine(sandbox);
    const { until, events, connection } = engine.connect({ kind: 'pair_by_qr' });
    sandbox.scan((await until('qr')).payload);
    await until('logged_in');
    expect(events.map(({ kind }) => kind)).toEqual(['connected', 'qr', 'paired', 'connected', 'logged_in']);
    await connection.close();
  });
});
