import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenForAll } from '../../src/api/listen.ts';
import type { Listening } from '../../src/api/listen.ts';
import { runConnect } from '../../src/commands/connect.ts';
import { runCreate } from '../../src/commands/create.ts';
import { runDelete } from '../../src/commands/delete.ts';
import { runDevice } from '../../src/commands/device.ts';
import { runDisconnect } from '../../src/commands/disconnect.ts';
import { runList } from '../../src/commands/list.ts';
import { runLogout } from '../../src/commands/logout.ts';
import { runPair } from '../../src/commands/pair.ts';
import { runPasskey } from '../../src/commands/passkey.ts';
import { runQr } from '../../src/commands/qr.ts';
import { runRestart } from '../../src/commands/restart.ts';
import { runShow } from '../../src/commands/show.ts';
import { runStatus } from '../../src/commands/status.ts';
import { runUpdate } from '../../src/commands/update.ts';
import { runWebhook } from '../../src/commands/webhook.ts';
import { remoteContext } from '../../src/compose/remote-context.ts';
import type { Context } from '../../src/context.ts';
import { WactlError } from '../../src/errors.ts';
import type { Holder } from '../../src/ports/holder.ts';
import { apiWorld } from '../support/fake-api.ts';
import type { ApiWorld } from '../support/fake-api.ts';
import { outcome, world as commandWorld } from '../support/fake-context.ts';
import { heldNow } from '../support/fake-session.ts';
import { somebody, someProfile } from '../support/fake-whatsapp.ts';

const result = (id: string, status: 'logged_in' | 'disconnected' | 'logged_out') =>
  Promise.resolve({ id, status, details: 'done' });
const unreachable = new WactlError('unreachable', 'no network');

/** Everything succeeds, except for the session "far", which WhatsApp cannot be asked about. */
const holder: Partial<Holder> = {
  check: (session) =>
    Promise.resolve(
      session.id === 'new'
        ? { session, status: 'disconnected', close: null, profile: null, asOf: session.createdAt }
        : { session, status: 'logged_in', close: null, profile: someProfile, asOf: session.createdAt },
    ),
  bringOnline: ({ id }) => result(id, 'logged_in'),
  disconnect: ({ id }) => result(id, 'disconnected'),
  answerPasskey: () => Promise.resolve({ code: 'ABCDEFGH', needsConfirmation: false }),
  confirmPasskey: () => Promise.resolve(),
  restart: ({ id }) => result(id, 'logged_in'),
  logout: ({ id }) => result(id, 'logged_out'),
  remove: ({ id }, { unlink }) => (id === 'far' && unlink ? Promise.reject(unreachable) : Promise.resolve()),
  follow: (_session, _options, onEvent) => {
    onEvent({ kind: 'status', status: 'disconnected', close: null, retryInMs: null });
    onEvent({ kind: 'released' });
    return Promise.resolve();
  },
  pair: (session, _goal, _options, onEvent) => {
    onEvent({ kind: 'status', status: 'connecting', close: null, retryInMs: null });
    return Promise.resolve({ ...session, ...somebody, paired: true });
  },
};

const flags = { all: false, pushNotification: true };
const creating = { id: 'made', connect: true, pushNotification: true };
const asking = { ...flags, offline: false, expect: 'logged_in', timeout: 1_000 } as const;
const phone = '+1 555 123 4567';
const a = '/api/v1/sessions/a';
const found = `GET ${a}?prefix=true`;

let world: ApiWorld;
let server: Listening;
let cx: Context;
let requests: string[];

/** A server that writes down what it is asked, and commands that use it. */
beforeEach(async () => {
  requests = [];
  world = apiWorld(holder);
  await world.has({ id: 'a', webhook: null }, {});
  await world.has({ id: 'far' }, {});
  await world.has({ id: 'new' });
  const crm = { name: 'crm', url: 'https://crm.example/', events: [], secret: null, viaProxy: false };
  await world.has({ id: 'hooked' }, { otherWebhooks: [crm] });
  await world.has({ id: 'online' }, {});
  // By another process than the server.
  world.held.set('online', { ...heldNow, id: 'online', pid: 1 });
  await world.has({ id: 'asked' });
  const passkey = { options: '{"challenge":"AQID"}', expiresAt: heldNow.since, handoffUntil: heldNow.since };
  world.held.set('asked', { ...heldNow, id: 'asked', status: 'waiting_for_passkey', passkey });
  server = await listenForAll(
    { host: '127.0.0.1', port: 0 },
    (request) => {
      const { pathname, search } = new URL(request.url);
      requests.push(`${request.method} ${pathname}${search}`);
      return world.api(request);
    },
    { tls: undefined, maxConnections: undefined },
  );
  const here = commandWorld({ io: { json: true } }).cx;
  const address = `http://127.0.0.1:${String(server.port)}`;
  cx = remoteContext(here, {
    server: address,
    token: undefined,
    allowInsecure: false,
    timeoutMs: undefined,
  });
});
afterEach(() => server.close(0));

/** The context, with a file. */
const withFile = (path: string, text: string): Context => ({
  ...cx,
  io: commandWorld({ io: { json: true, files: { [path]: text } } }).cx.io,
});

test.each<[string, () => Promise<number | void>, readonly string[]]>([
  ['list', () => runList(cx, { page: 1, perPage: 25 }), ['GET /api/v1/sessions?page=1&per_page=25']],
  ['show', () => runShow(cx, { id: 'a' }), [found]],
  ['device', () => runDevice(cx, { id: 'a' }), [found, `GET ${a}/device`]],
  [
    'status',
    () => runStatus(cx, { ids: ['a'], ...asking }),
    [found, `GET ${a}/status/session?timeout_seconds=1`],
  ],
  [
    'status --offline',
    () => runStatus(cx, { ids: ['a'], ...asking, offline: true, expect: 'disconnected' }),
    [found, `GET ${a}/status/session?offline=true`],
  ],
  [
    'connect --detach',
    () => runConnect(cx, { ids: ['a'], ...flags, detach: true, timeout: 1_000 }),
    [found, `POST ${a}/connect?timeout_seconds=1`],
  ],
  [
    'connect',
    () => runConnect(cx, { ids: ['online'], ...flags }),
    [
      'GET /api/v1/sessions/online?prefix=true',
      'POST /api/v1/sessions/online/connect',
      'GET /api/v1/events?session=online',
    ],
  ],
  ['disconnect', () => runDisconnect(cx, { ids: ['a'], ...flags }), [found, `POST ${a}/disconnect`]],
  ['restart', () => runRestart(cx, { id: 'a' }), [found, `POST ${a}/restart`]],
  [
    'passkey --assertion',
    () => runPasskey(withFile('answer.json', '{"id":"AA"}'), { id: 'a', assertion: 'answer.json' }),
    [found, `POST ${a}/passkey`],
  ],
  [
    'passkey --confirm',
    () => runPasskey(cx, { id: 'a', confirm: true }),
    [found, `POST ${a}/passkey/confirm`],
  ],
  [
    'passkey --options',
    () => runPasskey(cx, { id: 'asked', options: true }),
    ['GET /api/v1/sessions/asked?prefix=true', 'GET /api/v1/sessions/asked/passkey'],
  ],
  ['logout', () => runLogout(cx, { id: 'a', yes: true }), [found, `POST ${a}/logout`]],
  [
    'update',
    () => runUpdate(cx, { id: 'a', webhook: true, name: 'Ada', webhookUrl: 'https://example.com/' }),
    [found, `PATCH ${a}`],
  ],
  [
    'webhook list',
    () => runWebhook(cx, { action: 'list', id: 'a', limit: 5 }),
    [found, `GET ${a}/webhook/deliveries?limit=5`],
  ],
  ['webhook show', () => runWebhook(cx, { action: 'show', id: 'a' }), [found, `GET ${a}/webhooks`]],
  [
    'webhook set',
    () => runWebhook(cx, { action: 'set', id: 'a', name: 'crm', webhookUrl: 'https://example.com/' }),
    [found, `PATCH ${a}/webhooks/crm`],
  ],
  [
    'webhook remove',
    () => runWebhook(cx, { action: 'remove', id: 'hooked', name: 'crm' }),
    ['GET /api/v1/sessions/hooked?prefix=true', 'DELETE /api/v1/sessions/hooked/webhooks/crm'],
  ],
  [
    'webhook list of one',
    () => runWebhook(cx, { action: 'list', id: 'hooked', name: 'crm', limit: 5 }),
    [
      'GET /api/v1/sessions/hooked?prefix=true',
      'GET /api/v1/sessions/hooked/webhook/deliveries?limit=5&name=crm',
    ],
  ],
  [
    'delete',
    () => runDelete(cx, { ids: ['a'], yes: true, force: false }),
    [found, `DELETE ${a}?unlink=true`],
  ],
  ['create --no-connect', () => runCreate(cx, { ...creating, connect: false }), ['POST /api/v1/sessions']],
  ['create', () => runCreate(cx, creating), ['POST /api/v1/sessions', 'GET /api/v1/sessions/made/qr/events']],
  [
    'qr of a new session',
    () => runQr(cx, { id: 'new' }),
    ['GET /api/v1/sessions/new?prefix=true', 'GET /api/v1/sessions/new/qr/events'],
  ],
  ['qr of a session that is logged in', () => runQr(cx, { id: 'a' }), [found, `GET ${a}/qr/events`]],
  [
    'pair',
    () => runPair(cx, { id: 'new', phone, ...flags }),
    ['GET /api/v1/sessions/new?prefix=true', 'POST /api/v1/sessions/new/pair/events'],
  ],
  [
    'delete --force, when WhatsApp cannot be asked',
    () => runDelete(cx, { ids: ['far'], yes: true, force: true }),
    ['GET /api/v1/sessions/far?prefix=true', 'DELETE /api/v1/sessions/far?unlink=true&force=true'],
  ],
])('%s asks a server for no more than this', async (_, run, expected) => {
  expect([await outcome(run()), requests]).toEqual([0, expected]);
});
