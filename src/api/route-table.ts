import { flag, ref, text } from './schema.ts';
import type { Schema } from './schema.ts';

/** One thing the API can do. Routing, the allowed parameters and /openapi.json are read from it. */
export type Route = {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** `{id}` stands for the session. */
  readonly path: string;
  readonly summary: string;
  readonly query?: Readonly<Record<string, Schema>>;
  readonly body?: Schema;
  readonly answers: Readonly<Record<number, Schema>>;
  /** Answers with a stream of events: always, or when that is asked for by the Accept header. */
  readonly streams?: 'always' | 'on_request';
};

const one = '/api/v1/sessions/{id}';
const number = { type: 'integer', minimum: 1, maximum: 1_000_000 };
const timeout = { timeout_seconds: { type: 'number', exclusiveMinimum: 0, maximum: 3600 } };
const action = (path: string, summary: string): Route => ({
  method: 'post',
  path: `${one}/${path}`,
  summary,
  query: timeout,
  answers: { 200: ref('ActionResult') },
});

export const routeTable = {
  createSession: {
    method: 'post',
    path: '/api/v1/sessions',
    summary:
      'Make a session and begin to pair it, unless "connect" is false. Then ask for its QR, or pair by code.',
    body: ref('NewSession'),
    answers: { 201: ref('Session') },
  },
  listSessions: {
    method: 'get',
    path: '/api/v1/sessions',
    summary: 'List sessions, as their holders and the store say, without asking WhatsApp.',
    query: {
      status: { ...text, description: 'One or more, separated by commas.' },
      search: text,
      id_prefix: text,
      page: number,
      per_page: number,
    },
    answers: { 200: ref('SessionList') },
  },
  showSession: {
    method: 'get',
    path: one,
    summary: 'Show all that is known of a session.',
    answers: { 200: ref('WholeSession') },
  },
  updateSession: {
    method: 'patch',
    path: one,
    summary: 'Change name, webhook, proxy, or whether it should be online; what is left out stays.',
    body: ref('SessionChange'),
    answers: { 200: ref('Session') },
  },
  deleteSession: {
    method: 'delete',
    path: one,
    summary:
      'Unlink the device from its phone and remove everything. With unlink=false the phone is not told; with ' +
      'only_unlinked=true nothing is removed that is held or that the phone may list.',
    query: { ...timeout, unlink: flag, only_unlinked: flag },
    answers: { 200: ref('Deleted') },
  },
  sessionStatus: {
    method: 'get',
    path: `${one}/status`,
    summary:
      'Ask WhatsApp whether the session is logged in, with its profile; with offline=true ask the store.',
    query: { ...timeout, offline: flag },
    answers: { 200: ref('Status') },
  },
  showQr: {
    method: 'get',
    path: `${one}/qr`,
    summary:
      'The QR to scan now; begins to pair when nothing is under way. With an event stream: all of it, to its end.',
    query: timeout,
    answers: { 200: { oneOf: [ref('Qr'), ref('LoggedIn')] } },
    streams: 'on_request',
  },
  pairByCode: {
    method: 'post',
    path: `${one}/pair`,
    summary:
      'Begin to pair by a code that is typed on the phone. With an event stream: all of it, to its end.',
    query: timeout,
    body: ref('PairRequest'),
    answers: { 200: { oneOf: [ref('PairCode'), ref('LoggedIn')] } },
    streams: 'on_request',
  },
  connectSession: {
    ...action(
      'connect',
      'Bring a paired session online and keep it there. Says how far it has come in time.',
    ),
    body: ref('ConnectRequest'),
  },
  disconnectSession: action('disconnect', 'Take a session offline; its credentials are kept.'),
  restartSession: action('restart', 'Close a session’s connection and open a new one.'),
  logoutSession: action('logout', 'Unlink the device from its phone; the record is kept.'),
  showDevice: {
    method: 'get',
    path: `${one}/device`,
    summary: 'Which linked device of which phone the session is.',
    answers: { 200: ref('Device') },
  },
  listDeliveries: {
    method: 'get',
    path: `${one}/webhook/deliveries`,
    summary: 'The latest webhook deliveries that are done and the next that wait, at most so many of each.',
    query: { limit: number },
    answers: { 200: ref('Deliveries') },
  },
  testWebhook: {
    method: 'post',
    path: `${one}/webhook/test`,
    summary:
      'Send a webhook.test event now. When it is taken, a webhook that a 410 turned off is on again, and what waits follows.',
    answers: { 200: ref('WebhookTest') },
  },
  lookAtWebhook: {
    method: 'post',
    path: `${one}/webhook/look`,
    summary: 'Have the process that holds the session look anew at its webhook and at what waits for it.',
    answers: { 200: ref('Looked') },
  },
  showHolder: {
    method: 'get',
    path: `${one}/holder`,
    summary:
      'The process that has the session’s connection and what it is doing, with the QR or code on show.',
    answers: { 200: ref('Holder') },
  },
  showProcess: {
    method: 'get',
    path: '/api/v1/holder',
    summary: 'The process that answers here, and the sessions that it holds.',
    answers: { 200: ref('Process') },
  },
  streamEvents: {
    method: 'get',
    path: '/api/v1/events',
    summary: 'What happens to one session or to all: first how things are, then each event as it comes.',
    query: { session: text },
    answers: { 200: ref('Event') },
    streams: 'always',
  },
} as const satisfies Readonly<Record<string, Route>>;

export type Operation = keyof typeof routeTable;
