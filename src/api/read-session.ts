import { UsageError } from '../errors.ts';
import { newSessionSchema, sessionChangeSchema, webhookChangeSchema } from '../schema/new-session-schema.ts';
import type { SessionChangeBody } from '../schema/new-session-schema.ts';
import { pairRequestSchema } from '../schema/pairing-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { parsePairCode } from '../domain/pair-code.ts';
import { parseProxy } from '../domain/proxy.ts';
import type { Endpoint, Webhook } from '../domain/session.ts';
import type { SessionChange, SessionDraft } from '../ports/wactl.ts';
import { changeWebhook, parseWebhookSecret, parseWebhookUrl, webhookEventsOf } from '../domain/webhook.ts';
import { checkWebhookHeaders } from '../domain/webhook-headers.ts';
import type { WebhookChange } from '../domain/webhook.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

/** The defaults of a new session. */
export type SessionDefaults = {
  readonly webhook: Webhook | null;
  readonly proxy: string | null;
  readonly endpoint: Endpoint | null;
};

/** Reads the body of a create. Throws UsageError. */
export function readNewSession(
  body: unknown,
  defaults: SessionDefaults,
): { readonly draft: SessionDraft; readonly connect: boolean } {
  const { id, connect = true, ...given } = parseBySchema(newSessionSchema, body);
  const { name = null, webhook, proxy = defaults.proxy } = changes(given);
  const { endpoint } = defaults;
  if (webhook && webhook.url === undefined && defaults.webhook === null) {
    throw new UsageError('"webhook.url" is missing', 'give the address that receives the events');
  }
  const hook = webhook === undefined ? defaults.webhook : changeWebhook(defaults.webhook, webhook);
  return { draft: { id, name, webhook: hook, proxy, endpoint }, connect };
}

/** Reads the body of a change; omitted fields stay. Throws UsageError. */
export function readSessionChange(body: unknown): SessionChange {
  const { wants_online: wantsOnline, fenced, ...given } = parseBySchema(sessionChangeSchema, body);
  const change = {
    ...changes(given),
    ...(wantsOnline === undefined ? {} : { wantsOnline }),
    ...(fenced === undefined ? {} : { fence: null }),
  };
  if (Object.keys(change).length === 0) throw new UsageError('nothing to change');
  return change;
}

/** Reads the body of a change of one webhook. Throws UsageError. */
export const readWebhookChange = (body: unknown): WebhookChange =>
  webhookChange(parseBySchema(webhookChangeSchema, body));

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

/** What a create and a change have in common. */
const changes = ({
  name,
  webhook,
  proxy,
}: Pick<SessionChangeBody, 'name' | 'webhook' | 'proxy'>): Omit<SessionChange, 'wantsOnline' | 'fence'> => ({
  ...(name === undefined ? {} : { name: name === '' ? null : name }),
  ...(webhook === undefined ? {} : { webhook: webhookChange(webhook) }),
  ...(proxy === undefined ? {} : { proxy: proxy === null ? null : parseProxy(proxy) }),
});

/** Null removes the webhook; an omitted field stays as it is, but a new webhook gets all events. */
function webhookChange(given: NonNullable<SessionChangeBody['webhook']> | null): WebhookChange {
  if (given === null) return { url: null };
  if (Object.keys(given).length === 0) {
    throw new UsageError('"webhook" is empty', 'give its "url", or null for no webhook');
  }
  const { url, events, secret, headers, via_proxy: viaProxy, insecure: allowInsecure = false } = given;
  return {
    ...(url === undefined ? {} : { url: parseWebhookUrl(url, { allowInsecure }) }),
    ...(events === undefined ? {} : { events: webhookEventsOf(events) }),
    ...(secret === undefined ? {} : { secret: secret === null ? null : parseWebhookSecret(secret) }),
    ...(headers === undefined ? {} : { headers: headers && checkWebhookHeaders(headers) }),
    ...(viaProxy === undefined ? {} : { viaProxy }),
  };
}
