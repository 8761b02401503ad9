import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import { follow, sessionId, startEngine } from '../support/engine.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

const short = { connectingMs: 150, pairDeviceMs: 150, loginMs: 150 };

describe('a registration that fails', () => {
  const rows: [Fault, CloseReason, number | null][] = [
    [{ kind: 'failure', code: 401 }, 'pairing_refused', 401],
    [{ kind: 'failure', code: 402 }, 'banned', 402],
    [{ kind: 'failure', code: 403 }, 'banned', 403],
    [{ kind: 'failure', code: 405 }, 'outdated', 405],
    [{ kind: 'failure', code: 406 }, 'banned', 406],
    [{ kind: 'failure', code: 411 }, 'multidevice_mismatch', 411],
    [{ kind: 'failure', code: 500 }, 'server_error', 500],
    [{ kind: 'failure', code: 503 }, 'unavailable', 503],
    [{ kind: 'stream_error', code: 500 }, 'server_error', 500],
    [{ kind: 'stream_end' }, 'connection_closed', 428],
    [{ kind: 'http_status', code: 503 }, 'unavailable', 503],
    [{ kind: 'http_status', code: 403 }, 'unreachable', 403],
    [{ kind: 'forged_root' }, 'forged', null],
    [{ kind: 'forged_leaf' }, 'forged', null],
    [{ kind: 'drop', at: 1 }, 'connection_closed', 428],
  ];
  it.each(rows)('%o ends with %s', async (fault, reason, code) => {
    const engine = await startEngine(sandbox);
    sandbox.fault(fault);
    const { closed } = engine.connect({ kind: 'pair_by_qr' });
    expect(await closed).toMatchObject({ reason, code });
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
  });

  it.each<Fault['kind']>(['stall_upgrade', 'stall_hello', 'stall_login', 'stall_pair_device'])(
    '%s ends in time',
    async (kind) => {
      const engine = await startEngine(sandbox, { deadlines: short });
      sandbox.fault({ kind });
      const { closed } = engine.connect({ kind: 'pair_by_qr' });
      expect(await closed).toMatchObject({ reason: 'timed_out' });
    },
  );
});

describe('a login that fails', () => {
  const rows: [Fault, CloseReason][] = [
    [{ kind: 'failure', code: 401 }, 'logged_out'],
    [{ kind: 'failure', code: 403 }, 'banned'],
    [{ kind: 'failure', code: 405 }, 'outdated'],
    [{ kind: 'failure', code: 503 }, 'unavailable'],
    [{ kind: 'stream_error', code: 515 }, 'restart_required'],
    [{ kind: 'stream_error', code: 440 }, 'replaced'],
    [{ kind: 'forged_root' }, 'forged'],
    [{ kind: 'forged_leaf' }, 'forged'],
  ];
  it.each(rows)('%o ends with %s and keeps the credentials', async (fault, reason) => {
    const engine = await startEngine(sandbox);
    await engine.pair();
    sandbox.fault(fault);
    expect(await engine.connect({ kind: 'login' }).closed).toMatchObject({ reason });
    expect(await engine.store.readCreds(sessionId)).toBeDefined();
  });

  it.each<Fault>([{ kind: 'stall_login' }, { kind: 'no_answer', query: 'active' }])(
    '%o ends in time',
    async (fault) => {
      const engine = await startEngine(sandbox);
      await engine.pair();
      sandbox.fault(fault);
      const { closed } = engine.again({ deadlines: short }).connect({ kind: 'login' });
      expect(await closed).toMatchObject({ reason: 'timed_out' });
    },
  );

  it('ends with logged_out when there are no credentials', async () => {
    const engine = await startEngine(sandbox);
    expect(await engine.connect({ kind: 'login' }).closed).toMatchObject({
      reason: 'logged_out',
      code: null,
    });
  });
});

describe('pairing with a forger', () => {
  it.each<Fault['kind']>(['forged_account_signature', 'bad_hmac'])('%s ends with forged', async (kind) => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind });
    const { until, closed } = engine.connect({ kind: 'pair_by_qr' });
    sandbox.scan((await until('qr')).payload);
    expect(await closed).toMatchObject({ reason: 'forged' });
    expect(await engine.store.get(sessionId)).toMatchObject({ paired: false });
    expect(await engine.store.readCreds(sessionId)).toBeUndefined();
  });
});

describe('a pair-success whose jid', () => {
  it.each([
    ['is missing', ''],
    ['has no device', '15550100001@s.whatsapp.net'],
    ['is that of the phone itself', '15550100001:0@s.whatsapp.net'],
    ['is on another server', '15550100001:1@lid'],
    ['has no user', ':1@s.whatsapp.net'],
    ['is no number', 'somebody:1@s.whatsapp.net'],
  ])('%s is refused before it is signed', async (_, jid) => {
    const engine = await startEngine(sandbox);
    sandbox.fault({ kind: 'bad_jid', jid });
    const refused = sandbox.waitFor('refused');
    const { until, closed } = engine.connect({ kind: 'pair_by_qr' });
    sandbox.scan((await until('qr')).payload);
    expect(await refused).toMatchObject({ reason: 'the companion refused the pairing' });
    expect(await closed).toMatchObject({ reason: 'server_error' });
    expect(sandbox.device('15550100001:1')).toBeUndefined();
    expect(await engine.store.get(sessionId)).toMatchObject({ paired: false, unconfirmed: false });
  });
});

describe('an unusable address', () => {
  const connectTo = async (url: string) => {
    const engine = await startEngine(sandbox);
    const endpoint = { url, rootKey: sandbox.rootKey };
    const session = { id: sessionId, proxy: null, endpoint };
    const request = { session, goal: { kind: 'pair_by_qr' }, credentials: engine.store } as const;
    return follow((onEvent) => engine.whatsapp.connect(request, onEvent)).closed;
  };

  it('is unreachable when it refuses connections', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await connectTo(`ws://127.0.0.1:${port}/ws/chat`)).toMatchObject({ reason: 'unreachable' });
  });

  it('is not trusted with a root key of its own when it is not on this machine', async () => {
    expect(await connectTo('ws://198.51.100.1/ws/chat')).toMatchObject({ reason: 'forged' });
    expect(await connectTo(sandbox.endpoint.replace('ws:', 'wss:'))).toMatchObject({ reason: 'forged' });
  });
});
