import type { TokenScope } from '../domain/token.ts';
import { flag, text } from '../schema/field-schemas.ts';
import {
  fresh,
  itemNumber,
  statusWords,
  ticket,
  timeoutSeconds,
  waitForQr,
} from '../schema/query-schemas.ts';
import { one } from './route.ts';
import type { Route } from './route.ts';
import { webhookRoutes } from './webhook-routes.ts';

const timeout = { timeout_seconds: timeoutSeconds };
/** If the account asks for its passkey, the codes are always to be compared. */
const compare = flag;
const action = (path: string, scope: TokenScope, summary: string): Route => ({
  method: 'post',
  path: `${one}/${path}`,
  scope,
  summary,
  query: timeout,
  answers: { 200: 'ActionResult' },
});

export const routeTable = {
  createSession: {
    method: 'post',
    path: '/api/v1/sessions',
    scope: 'admin',
    summary:
      'Create a session and start to pair it, unless "connect" is false. Then ask for its QR, or pair by code; with ' +
      'wait=qr the answer has the QR.',
    query: { ...timeout, wait: waitForQr },
    body: 'NewSession',
    answers: { 201: ['Session', 'CreatedWithQr'] },
  },
  listSessions: {
    method: 'get',
    path: '/api/v1/sessions',
    scope: 'read',
    isForOneToo: true,
    summary: 'List sessions as stored, with the live status of those that are held, without asking WhatsApp.',
    query: {
      status: statusWords,
      search: text,
      id_prefix: text,
      page: itemNumber,
      per_page: itemNumber,
    },
    answers: { 200: 'SessionList' },
  },
  showSession: {
    method: 'get',
    path: one,
    scope: 'read',
    summary:
      'Show everything known about a session. With prefix=true, the path may have the beginning of its id.',
    query: { prefix: flag },
    answers: { 200: 'WholeSession' },
  },
  updateSession: {
    method: 'patch',
    path: one,
    scope: 'admin',
    summary:
      'Change the name, webhook, proxy, or whether the session should be online; omitted fields stay as they are.',
    body: 'SessionChange',
    answers: { 200: 'Session' },
  },
  deleteSession: {
    method: 'delete',
    path: one,
    scope: 'admin',
    summary:
      'Unlink the device from its phone and delete all its data. With unlink=false the phone is not told; with ' +
      'force=true it is deleted even if WhatsApp cannot be asked to; with only_unlinked=true a session that is held, or that the phone may list, is not deleted.',
    query: { ...timeout, unlink: flag, force: flag, only_unlinked: flag },
    answers: { 200: 'Deleted' },
  },
  sessionStatus: {
    method: 'get',
    path: `${one}/status`,
    scope: 'read',
    summary:
      'Ask WhatsApp whether the session is logged in, with its profile; with offline=true, read the store instead.',
    query: { ...timeout, offline: flag },
    answers: { 200: 'Status' },
  },
  statusWithSession: {
    method: 'get',
    path: `${one}/status/session`,
    isInternal: true,
    scope: 'read',
    summary: 'The same, with the session as it is afterwards.',
    query: { ...timeout, offline: flag },
    answers: { 200: 'StatusWithSession' },
  },
  showQr: {
    method: 'get',
    path: `${one}/qr`,
    scope: 'pair',
    summary: 'The QR to scan now; starts to pair if no pairing is under way.',
    query: { ...timeout, fresh, compare },
    answers: { 200: ['Qr', 'LoggedIn'] },
  },
  streamQr: {
    method: 'get',
    path: `${one}/qr/events`,
    scope: 'pair',
    summary:
      'A pairing by QR as it goes: each QR, and at last that the session is logged in, or the error. It starts if no pairing is under way.',
    query: { fresh, ticket, compare },
    answers: { 200: 'Event' },
    streams: true,
  },
  pairByCode: {
    method: 'post',
    path: `${one}/pair`,
    scope: 'pair',
    summary: 'Start to pair by a code that is typed on the phone.',
    query: { ...timeout, compare },
    body: 'PairRequest',
    answers: { 200: ['PairCode', 'LoggedIn'] },
  },
  streamPairing: {
    method: 'post',
    path: `${one}/pair/events`,
    scope: 'pair',
    summary:
      'Start to pair by a code, and stream that as it goes: each code, and at last that the session is logged in, or the error.',
    query: { compare },
    body: 'PairRequest',
    answers: { 200: 'Event' },
    streams: true,
  },
  showPasskey: {
    method: 'get',
    path: `${one}/passkey`,
    scope: 'pair',
    summary:
      'The passkey that WhatsApp asks for while it links the session, and the code once the phone shows one.',
    answers: { 200: 'Passkey' },
  },
  answerPasskey: {
    method: 'post',
    path: `${one}/passkey`,
    scope: 'pair',
    summary:
      'Answer with what the browser of the account’s owner has signed. Answers with the code that the phone shows, after up to two minutes.',
    body: 'PasskeyAnswer',
    answers: { 200: 'PasskeyCode' },
  },
  confirmPasskey: {
    method: 'post',
    path: `${one}/passkey/confirm`,
    scope: 'pair',
    summary: 'Say that the phone shows the same code, when the answer said that this is needed.',
    answers: { 200: 'ActionResult' },
  },
  connectSession: {
    ...action(
      'connect',
      'pair',
      'Bring a paired session online and keep it online. Answers with its status once online, or when time is up.',
    ),
    body: 'ConnectRequest',
  },
  disconnectSession: action('disconnect', 'pair', 'Take a session offline; its credentials are kept.'),
  restartSession: action('restart', 'pair', 'Close a session’s connection and open a new one.'),
  logoutSession: action('logout', 'admin', 'Unlink the device from its phone; the record is kept.'),
  showDevice: {
    method: 'get',
    path: `${one}/device`,
    scope: 'read',
    summary: 'Show which phone the session is linked to, and as which device.',
    answers: { 200: 'Device' },
  },
  ...webhookRoutes,
  lookAtWebhook: {
    method: 'post',
    path: `${one}/webhook/look`,
    isInternal: true,
    scope: 'admin',
    changesNothing: true,
    summary: 'Tell the process that holds the session to read its webhook and pending deliveries again.',
    answers: { 200: 'Looked' },
  },
  listHosts: {
    method: 'get',
    path: '/api/v1/hosts',
    scope: 'read',
    summary:
      'The running servers that share the sessions, in a PostgreSQL. Those that have gone are listed for another hour.',
    answers: { 200: 'Hosts' },
  },
  showHolder: {
    method: 'get',
    path: `${one}/holder`,
    isInternal: true,
    scope: 'read',
    summary:
      'The process that has the session’s connection and what it is doing, with the QR or code that it shows.',
    answers: { 200: 'Holder' },
  },
  showProcess: {
    method: 'get',
    path: '/api/v1/holder',
    isInternal: true,
    scope: 'read',
    summary: 'This process and the sessions that it holds.',
    answers: { 200: 'Process' },
  },
  streamEvents: {
    method: 'get',
    path: '/api/v1/events',
    scope: 'read',
    isForOneToo: true,
    summary:
      'The events of one session, wherever it is held, or of all that this server holds: first the current status, then each event as it ' +
      'happens. On a PostgreSQL that several servers share, each has only its own sessions in the events of all.',
    query: { session: text, ticket },
    answers: { 200: 'Event' },
    streams: true,
  },
  createTicket: {
    method: 'post',
    path: '/api/v1/stream-tickets',
    scope: 'read',
    isForOneToo: true,
    changesNothing: true,
    summary:
      'A ticket that opens one event stream (as ?ticket=), for what cannot send a header. It is good once, for 30 s.',
    body: 'TicketRequest',
    answers: { 201: 'Ticket' },
  },
  showToken: {
    method: 'get',
    path: '/api/v1/token',
    scope: 'read',
    isForOneToo: true,
    summary: 'What the token of this request may do.',
    answers: { 200: 'Access' },
  },
} as const satisfies Readonly<Record<string, Route>>;

export type Operation = keyof typeof routeTable;
