import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HolderGoneError, NotHeldError, WactlError } from '../../src/errors.ts';
import { askSocket } from '../../src/api/ask-socket.ts';
import { HttpClient } from '../../src/api/http-client.ts';
import { quickPeers } from '../../src/api/quick-peer.ts';
import { remoteHolder } from '../../src/api/remote-holder.ts';
import type { Session } from '../../src/domain/session.ts';
import type { Holder } from '../../src/ports/holder.ts';
import { apiWorld, onSocket } from '../support/fake-api.ts';
import { rejection } from '../support/fake-holding.ts';
import { someProfile } from '../support/fake-whatsapp.ts';

const { signal } = new AbortController();
const asOf = new Date('2026-03-01T12:00:00.000Z');

describe('the holder of another process, asked the quick way', () => {
  const world = apiWorld({
    held: ({ id }) =>
      Promise.resolve(
        id === 'a'
          ? {
              ...{ id, pid: 4711, since: asOf, stays: true, status: 'logged_in', close: null, retryAt: null },
              ...{ qr: null, pairCode: null, passkey: null, passkeyCode: null },
            }
          : null,
      ),
    check(session) {
      if (session.id === 'gone') return Promise.reject(new NotHeldError('gone'));
      if (session.id === 'busy') return Promise.reject(new WactlError('timed_out', 'too late', 'wait'));
      return Promise.resolve({ session, status: 'logged_in', close: null, profile: someProfile, asOf });
    },
  });
  let socket: Awaited<ReturnType<typeof onSocket>>;
  let quick: Pick<Holder, 'held' | 'check'>;
  let whole: Holder;
  const session = async (id: string) => (await world.store.get(id)) as Session;

  beforeAll(async () => {
    for (const id of ['a', 'gone', 'busy']) await world.has({ id });
    socket = await onSocket(world.api);
    quick = await quickPeers.at(socket.path);
    whole = remoteHolder(new HttpClient({ socketPath: socket.path }));
  });
  afterAll(() => socket.close());

  it.each(['a', 'gone'])('says of %s what it says by the whole client', async (id) => {
    expect(await quick.held({ id }, { signal })).toEqual(await whole.held({ id }, { signal }));
  });

  it('checks a session as it does by the whole client', async () => {
    const checked = await quick.check(await session('a'), { signal, timeoutMs: 1_500 });
    expect(checked).toMatchObject({ status: 'logged_in', profile: someProfile });
    expect(checked).toEqual(await whole.check(await session('a'), { signal, timeoutMs: 1_500 }));
  });

  it('has the errors of that process', async () => {
    expect(await rejection(quick.check(await session('gone'), { signal }))).toBeInstanceOf(NotHeldError);
    const failed = { code: 'timed_out', message: 'too late', hint: 'wait' };
    expect(await rejection(quick.check(await session('busy'), { signal }))).toMatchObject(failed);
  });
});

describe('a question to a socket', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wactl-question-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const question = { path: '/', signal, silentMs: 60_000 };

  /** Asks a server that does this with the connection, once it has the question. */
  async function asked(name: string, does: (socket: Socket) => void, more: Partial<typeof question> = {}) {
    const path = join(folder, name);
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => does(socket));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      return await (
        await askSocket(path, { ...question, ...more })
      ).answer;
    } finally {
      server.close();
    }
  }
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n';

  it('is answered in pieces of any length', async () => {
    const answer = await asked('pieces', (socket) => {
      socket.setNoDelay().write(`${head}"`);
      setImmediate(() => socket.end('é"'));
    });
    expect(answer).toEqual({ status: '200', text: '"é"' });
  });

  it.each([
    ['at once', ''],
    ['in the head', head.slice(0, 30)],
    ['before the body', head],
    ['in the body', `${head}"a`],
    ['by nothing that is HTTP', '220 mail\r\n\r\n'],
  ])('that is cut off %s counts as one to nobody', async (name, text) => {
    const failed = rejection(asked(name.replaceAll(' ', '-'), (socket) => socket.end(text)));
    expect(await failed).toBeInstanceOf(HolderGoneError);
  });

  it('is dropped when nobody answers for so long', async () => {
    const failed = rejection(asked('silent', () => undefined, { silentMs: 20 }));
    expect(await failed).toBeInstanceOf(HolderGoneError);
  });

  it('is dropped with its signal', async () => {
    const leaves = new AbortController();
    const reason = new WactlError('interrupted', 'stopped');
    const failed = rejection(asked('left', () => leaves.abort(reason), { signal: leaves.signal }));
    expect(await failed).toBe(reason);
    expect(await rejection(asked('again', () => undefined, { signal: leaves.signal }))).toBe(reason);
  });

  it('to nobody fails', async () => {
    const failed = await rejection(askSocket(join(folder, 'none'), question));
    expect(failed).toBeInstanceOf(HolderGoneError);
    expect(failed).toMatchObject({ cause: { code: 'ENOENT' } });
  });
});
