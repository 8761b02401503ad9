import { firstBox } from '../../src/domain/box.ts';
import { describe, expect, it } from 'vitest';
import { exitStatuses, WactlError } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { errorAnswer } from '../../src/api/error-answer.ts';
import { openApi } from '../../src/api/openapi.ts';
import { RequestError } from '../../src/api/request-error.ts';
import { routeTable } from '../../src/api/route-table.ts';
import type { Operation } from '../../src/api/route-table.ts';
import { requestFaults } from '../../src/schema/request-faults.ts';
import type { RequestFault } from '../../src/schema/request-faults.ts';
import { eventLine } from '../../src/schema/event-line.ts';
import { sessionStatuses } from '../../src/domain/session.ts';
import { appendEvents } from '../support/append-events.ts';
import { expectDescribed, expectDescribedLine } from '../support/api-contract.ts';
import { apiWorld } from '../support/fake-api.ts';
import { grown, made } from '../support/fake-session.ts';
import { someProfile } from '../support/fake-whatsapp.ts';
import type { HolderEvent, LiveStatus } from '../../src/domain/held.ts';

const at = '/api/v1/sessions/a';
/** By these, the processes of one machine ask each other. */
const internal = ['lookAtWebhook', 'showHolder', 'showProcess', 'statusWithSession'];
type Streams = 'streamEvents' | 'streamQr' | 'streamPairing';

/** A request for each thing the API can do; its answer is held against the description by `ask`. */
const requests: Readonly<Record<Exclude<Operation, Streams>, readonly [string, string, unknown?]>> = {
  createSession: ['POST', '/api/v1/sessions', { id: 'new', connect: false }],
  listSessions: ['GET', '/api/v1/sessions'],
  showSession: ['GET', at],
  updateSession: ['PATCH', at, { name: 'A' }],
  deleteSession: ['DELETE', at],
  sessionStatus: ['GET', `${at}/status`],
  statusWithSession: ['GET', `${at}/status/session`],
  showQr: ['GET', `${at}/qr`],
  pairByCode: ['POST', `${at}/pair`, { phone_number: '+15551234567' }],
  showPasskey: ['GET', `${at}/passkey`],
  answerPasskey: ['POST', `${at}/passkey`, { assertion: { id: 'AA' } }],
  confirmPasskey: ['POST', `${at}/passkey/confirm`],
  connectSession: ['POST', `${at}/connect`, { max_retries: 3 }],
  disconnectSession: ['POST', `${at}/disconnect`],
  restartSession: ['POST', `${at}/restart`],
  logoutSession: ['POST', `${at}/logout`],
  showDevice: ['GET', `${at}/device`],
  listWebhooks: ['GET', `${at}/webhooks`],
  setWebhook: ['PATCH', `${at}/webhooks/crm`, { url: 'https://example.com/' }],
  removeWebhook: ['DELETE', `${at}/webhooks/crm`],
  listDeliveries: ['GET', `${at}/webhook/deliveries?limit=5`],
  replayDeliveries: ['POST', `${at}/webhook/deliveries/replay`, { failed: true }],
  testWebhook: ['POST', `${at}/webhook/test`],
  lookAtWebhook: ['POST', `${at}/webhook/look`],
  listHosts: ['GET', '/api/v1/hosts'],
  showHolder: ['GET', `${at}/holder`],
  showProcess: ['GET', '/api/v1/holder'],
  createTicket: ['POST', '/api/v1/stream-tickets', { session: 'a' }],
  showToken: ['GET', '/api/v1/token'],
};

/** Nobody listens there. */
const nowhere = { url: 'http://127.0.0.1:1/', events: ['message'], secret: null, viaProxy: false } as const;
const someEvent = { id: 'msg_1', type: 'message', body: '{}', createdAt: made, expiresAt: null } as const;

const business = {
  businessHoursTimezone: 'Europe/Prague',
  categories: [{ id: '1', name: 'Finance' }],
  profileOptions: { bot_fields: '' },
  address: 'Here 1',
  email: 'a@example.com',
};
const profile = { ...someProfile, businessName: 'Ada Ltd', businessProfile: business, about: 'hi' };

describe('/openapi.json', () => {
  it('describes every route, once', () => {
    const { paths } = openApi('1.2.3');
    const described = Object.values(paths).flatMap(
      (path) => Object.values(path) as { operationId: string }[],
    );
    const pages = ['describe', 'health', 'metrics', 'readiness'];
    expect(described.map(({ operationId }) => operationId).sort()).toEqual(
      [...Object.keys(routeTable).filter((name) => !internal.includes(name)), ...pages].sort(),
    );
    expect(JSON.stringify(paths)).not.toMatch(/\/holder|webhook\/look|status\/session/);
  });

  it('says what needs a token, and what needs a body', () => {
    const operations = Object.values(openApi('1.2.3').paths).flatMap(
      (path) =>
        Object.values(path) as {
          operationId: string;
          security?: readonly unknown[];
          requestBody?: { required: boolean };
        }[],
    );
    const named = (found: typeof operations) => found.map(({ operationId }) => operationId);
    expect(named(operations.filter(({ security }) => security?.length === 0))).toEqual([
      'health',
      'readiness',
    ]);
    expect(named(operations.filter(({ requestBody }) => requestBody?.required))).toEqual([
      'pairByCode',
      'streamPairing',
      'answerPasskey',
    ]);
  });

  it.each(Object.entries(requests))('describes what %s answers', async (name, [method, path, body]) => {
    const result = (status: 'logged_in' | 'disconnected') => () =>
      Promise.resolve({ id: 'a', status, details: 'done' });
    const heard = { lastMessageAt: made, lastHeardAt: made };
    const live: LiveStatus = {
      session: grown,
      status: 'logged_in',
      close: null,
      profile,
      asOf: made,
      ...heard,
    };
    const world = apiWorld({
      check: () => Promise.resolve(live),
      bringOnline: result('logged_in'),
      answerPasskey: () => Promise.resolve({ code: 'ABCDEFGH', needsConfirmation: true }),
      confirmPasskey: () => Promise.resolve(),
      disconnect: result('disconnected'),
      restart: result('logged_in'),
      logout: result('disconnected'),
      remove: () => Promise.resolve(),
    });
    const otherWebhooks = [{ ...nowhere, name: 'crm' }];
    await world.has({ id: 'a', webhook: nowhere }, { lastClose: grown.lastClose, otherWebhooks });
    await appendEvents(world.store, firstBox('a'), nowhere.url, [someEvent]);
    world.held.set('a', {
      id: 'a',
      pid: 1,
      since: made,
      stays: true,
      status: 'connecting',
      close: grown.lastClose,
      retryAt: made,
      qr: { payload: 'x', seq: 1, expiresAt: made, rescan: false },
      pairCode: { code: 'ABCDEFGH', phone: '15551234567', seq: 1, expiresAt: made },
      passkey: { options: '{"challenge":"AAAA"}', expiresAt: made, handoffUntil: made },
      passkeyCode: { code: 'ABCDEFGH', needsConfirmation: false },
      ...heard,
    });
    expect((await world.ask(method, path, body)).status).toBe(name.startsWith('create') ? 201 : 200);
  });

  it.each(Object.keys(exitStatuses))('lists the failure %s', async (code) => {
    const answer = errorAnswer(new WactlError(code as ErrorCode, 'no', 'do this'));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expectDescribed('GET', at, answer.status, await answer.json());
  });

  it.each(Object.keys(requestFaults))('lists the refusal %s', async (fault) => {
    const answer = errorAnswer(new RequestError(fault as RequestFault, 'no'));
    expectDescribed('GET', at, answer.status, await answer.json());
  });

  const events: readonly HolderEvent[] = [
    ...sessionStatuses.map((status) => ({ kind: 'status', status, close: null, retryInMs: null }) as const),
    { kind: 'status', status: 'connecting', close: grown.lastClose, retryInMs: 1500 },
    { kind: 'qr', payload: 'x', seq: 1, expiresAt: made, rescan: false },
    { kind: 'pair_code', code: 'ABCDEFGH', phone: '15551234567', seq: 1, expiresAt: made },
    { kind: 'wrong_code' },
    { kind: 'message', message: { id: 'M', from: '1@s', pushName: null, at: made, text: null } },
    { kind: 'push_name', pushName: 'Ada' },
  ];
  it.each(events)('lists the event $kind', (event) => {
    expectDescribedLine(eventLine('a', event, made, 'data:'));
  });
});
