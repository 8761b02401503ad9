import type { AuthenticationState } from '@whiskeysockets/baileys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  checkSignaturesStrictly,
  closeCode,
  connectBaileys,
  disconnect,
  memoryAuthState,
  nextQr,
  opened,
  pairByQr,
} from '../support/sandbox-baileys.ts';

let sandbox: Sandbox;
let auth: AuthenticationState;
let restoreVerify: () => void;

beforeEach(async () => {
  sandbox = await startSandbox({ minClientVersion: [2, 3000, 0] });
  auth = memoryAuthState();
  restoreVerify = checkSignaturesStrictly(sandbox.rootKey);
});

afterEach(async () => {
  restoreVerify();
  await sandbox.close();
});

const connect = (config = {}) => connectBaileys(sandbox.endpoint, auth, config);

describe('faults while pairing', () => {
  it.each([401, 402, 403, 405, 406, 411, 500, 503])('failure %i', async (code) => {
    sandbox.fault({ kind: 'failure', code });
    expect(await closeCode(connect())).toBe(code);
  });

  it('failure 405 for a client that is too old', async () => {
    expect(await closeCode(connect({ version: [2, 2999, 9] }))).toBe(405);
  });

  it.each(['forged_root', 'forged_leaf'] as const)(
    '%s: close 400 once signatures are checked',
    async (kind) => {
      sandbox.fault({ kind });
      expect(await closeCode(connect())).toBe(400);
    },
  );

  it.each(['forged_account_signature', 'bad_hmac'] as const)('%s: nothing is linked', async (kind) => {
    sandbox.fault({ kind });
    const socket = connect();
    const closed = closeCode(socket);
    sandbox.scan(await nextQr(socket));
    expect(await closed).not.toBe(515);
    expect(auth.creds.account).toBeUndefined();
    expect(sandbox.devices).toEqual([]);
  });

  it('stall_upgrade and stall_hello: 408 after the connect timeout', async () => {
    for (const kind of ['stall_upgrade', 'stall_hello'] as const) {
      sandbox.fault({ kind });
      expect(await closeCode(connect({ connectTimeoutMs: 50 }))).toBe(408);
    }
  });

  it('stall_login: no answer to the client payload', async () => {
    sandbox.fault({ kind: 'stall_login' });
    const struck = sandbox.waitFor('fault');
    const socket = connect();
    await struck;
    expect(sandbox.events.past.filter(({ kind }) => kind === 'refs_sent')).toEqual([]);
    disconnect(socket);
  });

  it('stall_pair_device: the connection stays, and no refs come', async () => {
    sandbox.fault({ kind: 'stall_pair_device', times: 1 });
    const struck = sandbox.waitFor('fault');
    const first = connect();
    await struck;
    const refs = sandbox.waitFor('refs_sent');
    const second = connectBaileys(sandbox.endpoint, memoryAuthState());
    expect(await refs).toMatchObject({ connection: 2 });
    disconnect(first);
    disconnect(second);
  });

  it.each([503, 403])('http_status %i instead of the upgrade', async (code) => {
    sandbox.fault({ kind: 'http_status', code });
    const socket = new WebSocket(sandbox.endpoint);
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
      socket.on('error', () => undefined);
    });
    expect(status).toBe(code);
  });

  it('passkey: a notification instead of pair-success', async () => {
    sandbox.fault({ kind: 'passkey' });
    const socket = connect();
    const asked = new Promise<{ attrs: Record<string, string> }>((resolve) => {
      socket.ws.on('CB:notification,type:passkey_prologue_request', resolve);
    });
    sandbox.scan(await nextQr(socket));
    expect((await asked).attrs['from']).toBe('@s.whatsapp.net');
    expect(sandbox.devices).toEqual([]);
    disconnect(socket);
  });

  it('code_refused: an error answer to the request for a code', async () => {
    sandbox.fault({ kind: 'code_refused', code: 429 });
    const socket = connect();
    await nextQr(socket);
    const answer = new Promise<{ content: { attrs: Record<string, string> }[] }>((resolve) => {
      socket.ws.on('CB:iq,type:error', resolve);
    });
    await socket.requestPairingCode('15550100001');
    expect((await answer).content[0]?.attrs['code']).toBe('429');
    disconnect(socket);
  });

  it('no_restart: the device is linked, but gets no 515', async () => {
    sandbox.fault({ kind: 'no_restart' });
    const socket = connect();
    const paired = sandbox.waitFor('paired');
    sandbox.scan(await nextQr(socket));
    await paired;
    const ended = closeCode(socket);
    disconnect(socket);
    expect(await ended).not.toBe(515);
  });

  it.each([1, 2])('drop at stanza %i that comes from the client', async (at) => {
    sandbox.fault({ kind: 'drop', at });
    const socket = connect();
    const closed = closeCode(socket);
    socket.ev.on('connection.update', ({ qr }) => {
      if (qr !== undefined && at > 1) sandbox.scan(qr);
    });
    expect(await closed).toBe(428);
    expect(sandbox.devices).toEqual([]);
  });

  it('drop at the first stanza that is sent', async () => {
    sandbox.fault({ kind: 'drop', at: 1, direction: 'sent' });
    expect(await closeCode(connect())).toBe(428);
  });

  it('delay: every stanza comes, late and in order', async () => {
    sandbox.fault({ kind: 'delay', ms: 30, times: 2 });
    await pairByQr(sandbox, auth);
    const socket = connect();
    await opened(socket);
    disconnect(socket);
  });
});

describe('faults of a linked device', () => {
  beforeEach(() => pairByQr(sandbox, auth));

  it.each([
    [515, 515],
    [401, 401],
    [440, 440],
    [503, 503],
    [500, 500],
  ])('stream_error %i after login', async (code, expected) => {
    sandbox.fault({ kind: 'stream_error', code, on: 'login' });
    expect(await closeCode(connect())).toBe(expected);
  });

  it('stream_end', async () => {
    sandbox.fault({ kind: 'stream_end' });
    expect(await closeCode(connect())).toBe(428);
  });

  it('stream_error on the open connections', async () => {
    const socket = connect();
    const closed = closeCode(socket);
    await opened(socket);
    sandbox.fault({ kind: 'stream_error', code: 503, when: 'now' });
    expect(await closed).toBe(503);
  });

  it('silence: neither an answer nor an end', async () => {
    sandbox.fault({ kind: 'silence', on: 'login' });
    const struck = sandbox.waitFor('fault');
    const socket = connect();
    await struck;
    expect(sandbox.events.past.filter(({ kind }) => kind === 'active')).toEqual([]);
    disconnect(socket);
    const other = connect();
    await opened(other);
    const lost = closeCode(other);
    sandbox.fault({ kind: 'silence', when: 'now' });
    disconnect(other);
    await lost;
  });

  it('hits only the device that it is meant for', async () => {
    sandbox.fault({ kind: 'failure', code: 403, device: '15550100009' });
    const socket = connect();
    await opened(socket);
    expect(sandbox.waitingFaults).toHaveLength(1);
    disconnect(socket);
  });

  it.each(['count', 'active', 'digest', 'upload'] as const)('no_answer to %s', async (query) => {
    sandbox.fault({ kind: 'no_answer', query });
    const struck = sandbox.waitFor('fault');
    const socket = connect({ defaultQueryTimeoutMs: 60_000 });
    await struck;
    const later = sandbox.events.past.filter(({ kind }) => kind === 'active');
    expect(later).toHaveLength(query === 'digest' ? 1 : 0);
    disconnect(socket);
  });

  it('query_error', async () => {
    sandbox.fault({ kind: 'query_error', query: 'profile_picture', code: 401 });
    const socket = connect();
    await opened(socket);
    await expect(socket.profilePictureUrl('15550100001@s.whatsapp.net')).rejects.toThrow('ordered-fault');
    disconnect(socket);
  });
});
