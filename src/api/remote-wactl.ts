import { SessionNotFoundError, UsageError } from '../errors.ts';
import { waitForStatus } from '../app/wait-for-status.ts';
import { isInsecureWebhook } from '../domain/webhook.ts';
import type { WebhookChange } from '../domain/webhook.ts';
import type { Clock } from '../ports/clock.ts';
import type { Holder } from '../ports/holder.ts';
import type { NewSessionBody, SessionChangeBody } from '../schema/new-session-schema.ts';
import type { SessionChange, SessionDraft, Wactl } from '../ports/wactl.ts';
import {
  deliveriesSchema,
  replaySchema,
  webhookRemovedSchema,
  webhookSchema,
  webhooksSchema,
  webhookTestSchema,
} from '../schema/delivery-schema.ts';
import { deviceSchema } from '../schema/device-schema.ts';
import { hostOf, hostsSchema } from '../schema/hosts-schema.ts';
import { passkeySchema } from '../schema/passkey-schema.ts';
import type { PasskeyRecord } from '../schema/passkey-schema.ts';
import type { HttpClient } from './http-client.ts';
import { readPage, readSession, readView } from './read-answer.ts';
import { readAs } from './read-as.ts';
import { sessionCalls } from './session-calls.ts';
import { search, sessionPath, sessionsPath } from './session-path.ts';

/** The sessions of another wactl, over HTTP. For the fields of a session that it does not send, see `readSession`. */
export function remoteWactl(http: HttpClient, clock: Clock): Wactl {
  const calls = sessionCalls(http);
  const holder = Promise.resolve<Pick<Holder, 'check' | 'follow'>>({
    check: (session, options) => calls.status(session.id, options),
    follow: (session, options, onEvent) => calls.follow(session.id, options, onEvent),
  });
  const records = { get: (id: string) => calls.stored(id) };
  return {
    async find(given) {
      if (given === '') throw new UsageError('the session id is empty', 'see them with: wactl list');
      // A path cannot hold these; no id begins so.
      if (given === '.' || given === '..') throw new SessionNotFoundError(given);
      const path = `${sessionPath(given)}${search({ prefix: 'true' })}`;
      return readView(await http.json({ method: 'GET', path })).session;
    },
    async list({ statuses = [], search: text, idPrefix, page, perPage }) {
      const parameters = {
        ...(statuses.length === 0 ? {} : { status: statuses.join(',') }),
        ...(text === undefined ? {} : { search: text }),
        ...(idPrefix === undefined ? {} : { id_prefix: idPrefix }),
        page: String(page),
        per_page: String(perPage),
      };
      return readPage(await http.json({ method: 'GET', path: `${sessionsPath}${search(parameters)}` }));
    },
    async hosts() {
      const { hosts } = readAs(hostsSchema, await http.json({ method: 'GET', path: '/api/v1/hosts' }));
      return hosts.map(hostOf);
    },
    async create(draft, { signal }) {
      const body = draftBody(draft);
      return readSession(await http.json({ method: 'POST', path: sessionsPath, body, signal }));
    },
    async show(id, { isPrefix = false, signal }) {
      const path = `${sessionPath(id)}${search(isPrefix ? { prefix: 'true' } : {})}`;
      return readView(await http.json({ method: 'GET', path, signal }));
    },
    async device(id) {
      const answer = await http.json({ method: 'GET', path: `${sessionPath(id)}/device` });
      return readAs(deviceSchema, answer);
    },
    async status(id, { until, ...options }) {
      if (until === undefined || options.offline) return calls.status(id, options);
      // Asked from here, so that no request is silent for long: proxies on the way cut those.
      const parts = { records: () => Promise.resolve(records), holder: () => holder, clock };
      const waited = await waitForStatus(parts, { id }, until, options);
      return waited ? { ...waited, source: 'live' } : calls.status(id, options);
    },
    connect: (id, options) => calls.connect(id, options),
    keepOnline: (id, options, onEvent) => calls.keepOnline(id, options, onEvent),
    async passkey(id, { signal }) {
      const answer = await http.json({ method: 'GET', path: `${sessionPath(id)}/passkey`, signal });
      readAs(passkeySchema, answer);
      return answer as PasskeyRecord;
    },
    answerPasskey: (id, assertion, options) => calls.answerPasskey(id, assertion, options),
    confirmPasskey: (id, options) => calls.act(id, 'passkey/confirm', options),
    disconnect: (id, options) => calls.act(id, 'disconnect', options),
    restart: (id, options) => calls.act(id, 'restart', options),
    logout: (id, options) => calls.act(id, 'logout', options),
    delete: (id, options) => calls.remove(id, options),
    async update(id, change, { signal }) {
      const body = changeBody(change);
      return readSession(await http.json({ method: 'PATCH', path: sessionPath(id), body, signal }));
    },
    pair: (id, goal, options, onEvent) => calls.pair(id, goal, options, onEvent),
    async webhooks(id) {
      const answer = await http.json({ method: 'GET', path: `${sessionPath(id)}/webhooks` });
      return readAs(webhooksSchema, answer);
    },
    async setWebhook(id, name, change, { signal }) {
      const body = webhookBody(change) ?? {};
      return readAs(
        webhookSchema,
        await http.json({ method: 'PATCH', path: webhookPath(id, name), body, signal }),
      );
    },
    async removeWebhook(id, name, { signal }) {
      const answer = await http.json({ method: 'DELETE', path: webhookPath(id, name), signal });
      readAs(webhookRemovedSchema, answer);
    },
    async deliveries(id, limit, name) {
      const query = search({ limit: String(limit), ...(name === undefined ? {} : { name }) });
      const path = `${sessionPath(id)}/webhook/deliveries${query}`;
      const answer = await http.json({ method: 'GET', path });
      return readAs(deliveriesSchema, answer);
    },
    async testWebhook(id, { signal, name }) {
      const path = `${sessionPath(id)}/webhook/test${search(name === undefined ? {} : { name })}`;
      const answer = await http.json({ method: 'POST', path, body: {}, signal });
      return readAs(webhookTestSchema, answer);
    },
    async replayWebhook(id, { since, eventId, onlyFailed }, { signal, name }) {
      const body = {
        ...(since === undefined ? {} : { since: since.toISOString() }),
        ...(eventId === undefined ? {} : { event: eventId }),
        ...(onlyFailed === undefined ? {} : { failed: onlyFailed }),
        ...(name === undefined ? {} : { name }),
      };
      const path = `${sessionPath(id)}/webhook/deliveries/replay`;
      return readAs(replaySchema, await http.json({ method: 'POST', path, body, signal }));
    },
  };
}

const webhookPath = (id: string, name: string): string =>
  `${sessionPath(id)}/webhooks/${encodeURIComponent(name)}`;

const draftBody = ({ id, name, webhook, proxy }: SessionDraft): NewSessionBody => ({
  ...(id === undefined ? {} : { id }),
  connect: false,
  ...(name === null ? {} : { name }),
  ...(webhook === null ? {} : { webhook: webhookBody(webhook) }),
  ...(proxy === null ? {} : { proxy }),
});

const changeBody = ({ name, webhook, proxy, wantsOnline, fence }: SessionChange): SessionChangeBody => ({
  ...(name === undefined ? {} : { name }),
  ...(webhook === undefined ? {} : { webhook: webhookBody(webhook) }),
  ...(proxy === undefined ? {} : { proxy }),
  ...(wantsOnline === undefined ? {} : { wants_online: wantsOnline }),
  ...(fence === undefined ? {} : { fenced: false as const }),
});

/** Null removes it. */
const webhookBody = ({ url, events, secret, headers, viaProxy }: WebhookChange) =>
  url === null
    ? null
    : {
        ...(url === undefined ? {} : { url }),
        // The person who set it has agreed.
        ...(url !== undefined && isInsecureWebhook(url) ? { insecure: true } : {}),
        ...(events === undefined ? {} : { events: [...events] }),
        ...(headers === undefined ? {} : { headers: headers && { ...headers } }),
        ...(viaProxy === undefined ? {} : { via_proxy: viaProxy }),
        ...(secret === undefined ? {} : { secret }),
      };
