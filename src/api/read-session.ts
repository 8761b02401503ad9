import { UsageError } from '../errors.ts';
import { newSessionId } from '../app/find-session.ts';
import { newSessionSchema, sessionChangeSchema } from '../schema/new-session-schema.ts';
import type { SessionChangeBody } from '../schema/new-session-schema.ts';
import { pairRequestSchema } from '../schema/pairing-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { parsePairCode } from '../domain/pair-code.ts';
import { parseProxy } from '../domain/proxy.ts';
import type { Endpoint, Session, Webhook } from '../domain/session.ts';
import type { SessionRecords } from '../ports/store.ts';
import {
  changeWebhook,
  checkWebhookRoute,
  parseWebhookSecret,
  parseWebhookUrl,
  webhookEventsOf,
} from '../domain/webhook.ts';
import type { NewSession, SessionPatch } from '../domain/session-change.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

/** The defaults of a new session. */
export type SessionDefaults = {
  readonly webhook: Webhook | null;
  readonly proxy: string | null;
  readonly endpoint: Endpoint | null;
};

/** Reads the body of a create. Throws UsageError. */
export async function readNewSession(
  body: unknown,
  records: Pick<SessionRecords, 'get'>,
  defaults: SessionDefaults,
  random: () => number,
): Promise<{ readonly draft: NewSession; readonly connect: boolean }> {
  const { id: givenId, connect = true, ...given } = parseBySchema(newSessionSchema, body);
  const {
    name = null,
    webhook = defaults.webhook,
    proxy = defaults.proxy,
  } = changes(given, defaults.webhook);
  checkWebhookRoute({ webhook, proxy });
  const id = await newSessionId(records, { id: givenId, ...(name === null ? {} : { name }) }, random);
  return { draft: { id, name, webhook, proxy, endpoint: defaults.endpoint }, connect };
}

/** Reads the body of a change; omitted fields stay. Throws UsageError. */
export function readSessionPatch(body: unknown, session: Session): SessionPatch {
  const { wants_online: wantsOnline, ...given } = parseBySchema(sessionChangeSchema, body);
  const patch = {
    ...changes(given, session.webhook),
    ...(wantsOnline === undefined ? {} : { wantsOnline }),
  };
  if (Object.keys(patch).length === 0) throw new UsageError('nothing to change');
  checkWebhookRoute({ ...session, ...patch });
  return patch;
}

/** Reads the body of a pairing by code. Throws UsageError. */
export async function readPairGoal(body: unknown): Promise<PairGoal> {
  const given = parseBySchema(pairRequestSchema, body);
  const { parsePhone } = await import('../domain/phone.ts');
  return {
    kind: 'pair_by_code',
    phone: parsePhone(given.phone_number),
    pushNotification: given.show_push_notification ?? true,
    ...(given.code === undefined ? {} : { code: parsePairCode(given.code) }),
  };
}

type Changes = Pick<SessionPatch, 'name' | 'webhook' | 'proxy'>;

/** What a create and a change have in common. */
const changes = (
  { name, webhook, proxy }: Pick<SessionChangeBody, 'name' | 'webhook' | 'proxy'>,
  current: Webhook | null,
): Changes => ({
  ...(name === undefined ? {} : { name: name === '' ? null : name }),
  ...(webhook === undefined ? {} : { webhook: webhookAfter(webhook, current) }),
  ...(proxy === undefined ? {} : { proxy: proxy === null ? null : parseProxy(proxy) }),
});

/** Null removes the webhook; an omitted field stays as in `current`, but a new webhook gets all events. */
function webhookAfter(given: NonNullable<SessionChangeBody['webhook']> | null, current: Webhook | null) {
  if (given === null) return changeWebhook(current, { url: null });
  const { url, events, secret, via_proxy: viaProxy, insecure: allowInsecure = false } = given;
  return changeWebhook(current, {
    ...(url === undefined ? {} : { url: parseWebhookUrl(url, { allowInsecure }) }),
    ...(events === undefined ? {} : { events: webhookEventsOf(events) }),
    ...(secret === undefined ? {} : { secret: secret === null ? null : parseWebhookSecret(secret) }),
    ...(viaProxy === undefined ? {} : { viaProxy }),
  });
}
