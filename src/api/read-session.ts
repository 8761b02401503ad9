import { UsageError } from '../errors.ts';
import { newSessionId } from '../app/find-session.ts';
import type { JsonFields } from '../schema/json-fields.ts';
import { parsePairCode } from '../domain/pair-code.ts';
import { parseProxy } from '../domain/proxy.ts';
import type { Endpoint, Session, Webhook } from '../domain/session.ts';
import type { SessionRecords } from '../ports/store.ts';
import {
  changeWebhook,
  checkWebhookRoute,
  parseWebhookEvents,
  parseWebhookSecret,
  parseWebhookUrl,
} from '../domain/webhook.ts';
import type { WebhookChange } from '../domain/webhook.ts';
import type { NewSession, SessionPatch } from '../domain/session-change.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

/** The defaults of a new session. */
export type SessionDefaults = {
  readonly webhook: Webhook | null;
  readonly proxy: string | null;
  readonly endpoint: Endpoint | null;
};

const longestName = 200;

/** Reads the body of a create: `id`, `name`, `webhook`, `proxy`, `connect`. Throws UsageError. */
export async function readNewSession(
  body: JsonFields,
  records: Pick<SessionRecords, 'get'>,
  defaults: SessionDefaults,
  random: () => number,
): Promise<{ readonly draft: NewSession; readonly connect: boolean }> {
  body.only(['id', 'name', 'webhook', 'proxy', 'connect']);
  const name = body.has('name') ? readName(body) : null;
  const given = { id: body.optionalText('id'), ...(name === null ? {} : { name }) };
  const addresses = {
    webhook: body.has('webhook') ? readWebhook(body, defaults.webhook) : defaults.webhook,
    proxy: body.has('proxy') ? readProxy(body) : defaults.proxy,
  };
  checkWebhookRoute(addresses);
  const id = await newSessionId(records, given, random);
  return {
    draft: { id, name, ...addresses, endpoint: defaults.endpoint },
    connect: body.has('connect') ? body.flag('connect') : true,
  };
}

/** Reads the body of a change: `name`, `webhook`, `proxy`, `wants_online`; omitted fields stay. Throws UsageError. */
export function readSessionPatch(body: JsonFields, session: Session): SessionPatch {
  body.only(['name', 'webhook', 'proxy', 'wants_online']);
  const patch: SessionPatch = {
    ...(body.has('name') ? { name: readName(body) } : {}),
    ...(body.has('webhook') ? { webhook: readWebhook(body, session.webhook) } : {}),
    ...(body.has('proxy') ? { proxy: readProxy(body) } : {}),
    ...(body.has('wants_online') ? { wantsOnline: body.flag('wants_online') } : {}),
  };
  if (Object.keys(patch).length === 0) throw new UsageError('nothing to change');
  checkWebhookRoute({ ...session, ...patch });
  return patch;
}

/** Reads the body of a pairing by code: `phone_number`, `show_push_notification`, `code`. Throws UsageError. */
export async function readPairGoal(body: JsonFields): Promise<PairGoal> {
  body.only(['phone_number', 'show_push_notification', 'code']);
  const { parsePhone } = await import('../domain/phone.ts');
  const code = body.optionalText('code');
  return {
    kind: 'pair_by_code',
    phone: parsePhone(body.text('phone_number')),
    pushNotification: body.has('show_push_notification') ? body.flag('show_push_notification') : true,
    ...(code === undefined ? {} : { code: parsePairCode(code) }),
  };
}

function readName(body: JsonFields): string | null {
  const name = body.textOrNull('name');
  if (name !== null && name.length > longestName) {
    throw new UsageError(`a name may have at most ${String(longestName)} characters`);
  }
  return name === '' ? null : name;
}

function readProxy(body: JsonFields): string | null {
  const proxy = body.textOrNull('proxy');
  return proxy === null ? null : parseProxy(proxy);
}

/** Null removes the webhook; an omitted field stays as in `current`, but a new webhook gets all events. */
function readWebhook(body: JsonFields, current: Webhook | null): Webhook | null {
  const fields = body.fieldsOrNull('webhook')?.only(['url', 'events', 'secret', 'via_proxy', 'insecure']);
  if (!fields) return changeWebhook(current, { url: null });
  const url = fields.optionalText('url');
  const allowInsecure = fields.has('insecure') && fields.flag('insecure');
  const secret = fields.has('secret') ? fields.textOrNull('secret') : undefined;
  const change: WebhookChange = {
    ...(url === undefined ? {} : { url: parseWebhookUrl(url, { allowInsecure }) }),
    ...(fields.has('events') ? { events: readEvents(fields) } : {}),
    ...(secret === undefined ? {} : { secret: secret === null ? null : parseWebhookSecret(secret) }),
    ...(fields.has('via_proxy') ? { viaProxy: fields.flag('via_proxy') } : {}),
  };
  return changeWebhook(current, change);
}

function readEvents(fields: JsonFields): NonNullable<WebhookChange['events']> {
  const words = fields.list('events').map((word) => {
    if (typeof word === 'string' && !word.includes(',')) return word;
    throw new UsageError('"webhook.events" must be a list of event names');
  });
  return parseWebhookEvents(words.join(','));
}
