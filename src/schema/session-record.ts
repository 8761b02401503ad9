import type { Close } from '../domain/close.ts';
import type { CloseRecord } from './close-schema.ts';
import type { EngineDocument } from './engine-schema.ts';
import type { HeardRecord } from './held-schema.ts';
import type { ShownQrDocument } from './pairing-schema.ts';
import type { SessionRecord } from './session-schema.ts';
import type { WholeSessionRecord } from './whole-session-schema.ts';
import { accountJid } from '../domain/jid.ts';
import { redactUrl } from '../domain/redact.ts';
import { receiversOf } from '../domain/receivers.ts';
import type { NamedWebhook, Session, Webhook } from '../domain/session.ts';
import type { Heard, Held } from '../domain/held.ts';
import type { EngineRecord } from '../domain/engine.ts';

/** A close as JSON; fields that WhatsApp did not give are left out. */
export const closeRecord = (close: Close | null): CloseRecord | null =>
  close && {
    reason: close.reason,
    code: close.code,
    at: close.at.toISOString(),
    ...(close.detail === undefined ? {} : { detail: close.detail }),
    ...(close.banCode === undefined ? {} : { ban_code: close.banCode }),
    ...(close.expiresAt === undefined ? {} : { expires_at: close.expiresAt.toISOString() }),
  };

/** Present only on a damaged session. */
export const damagedRecord = ({ damaged }: Session) => (damaged ? { damaged: true as const } : {});

/** Present only on a fenced session. */
export const fencedRecord = ({ fence }: Session) =>
  fence ? { fenced: { reason: fence.reason, at: fence.at.toISOString() } } : {};

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A session as scripts see it in `list`, `create` and `logged_in` events. Null where nothing is known. */
export const sessionRecord = (session: Session): SessionRecord => ({
  id: session.id,
  name: session.name,
  status: session.status,
  is_logged_in: session.status === 'logged_in',
  paired: session.paired,
  phone_number: session.phoneNumber,
  push_name: session.pushName,
  whatsapp_jid: session.whatsappJid && accountJid(session.whatsappJid),
  lid: session.lid && accountJid(session.lid),
  platform: session.platform,
  created_at: session.createdAt.toISOString(),
  updated_at: session.updatedAt.toISOString(),
  last_connected_at: time(session.lastConnectedAt),
  last_seen_at: time(session.lastSeenAt),
  message_count: session.messageCount,
  last_close: closeRecord(session.lastClose),
  ...(session.host !== undefined && { host: session.host }),
  ...damagedRecord(session),
  ...fencedRecord(session),
});

/** The program that runs sessions, as `show` tells it. */
export const engineRecord = (engine: EngineRecord): EngineDocument => ({
  name: engine.name,
  version: engine.version,
  whatsapp_version: engine.whatsappVersion,
  whatsapp_version_source: engine.whatsappVersionSource,
  whatsapp_version_fetched_at: time(engine.whatsappVersionFetchedAt),
  uptime_seconds: engine.uptimeSeconds,
  rss_bytes: engine.rssBytes,
});

/** The process that holds a session, as `show` prints it. */
const holderRecord = (held: Held | null) =>
  held && {
    pid: held.pid,
    ...(held.host !== undefined && { host: held.host }),
    ...(held.program !== undefined && { program: held.program }),
    since: held.since.toISOString(),
    stays: held.stays,
  };

/** The session, with the live status from the process that holds it, and when that last heard from WhatsApp. */
export function withHeld(session: Session, held: Held | null): Session {
  if (!held) return session;
  const { lastSeenAt: stored } = session;
  const { status, close, lastHeardAt: heard, host } = held;
  const lastSeenAt = heard && (!stored || heard > stored) ? heard : stored;
  return {
    ...session,
    status,
    lastClose: close ?? session.lastClose,
    lastSeenAt,
    ...(host !== undefined && { host }),
  };
}

/** When something last arrived, known to the process that holds the session. Left out if nothing has arrived. */
export const heardRecord = ({ lastMessageAt, lastHeardAt }: Heard): HeardRecord => ({
  ...(lastMessageAt && { last_message_at: lastMessageAt.toISOString() }),
  ...(lastHeardAt && { last_heard_at: lastHeardAt.toISOString() }),
});

const webhookRecord = ({ url, events, secret, headers = {}, viaProxy }: Webhook) => ({
  url: redactUrl(url),
  events: [...events],
  has_secret: secret !== null,
  header_names: Object.keys(headers).sort(),
  via_proxy: viaProxy,
});

/** A webhook without its secrets. */
export const namedWebhookRecord = ({ name, ...webhook }: NamedWebhook) => ({
  name,
  ...webhookRecord(webhook),
});

/** The whole record, for `show`. `qr`: the one on show. Neither the webhook secret nor a password in an address is in it. */
export const wholeRecord = (
  session: Session,
  engine: EngineRecord,
  held: Held | null = null,
  qr: ShownQrDocument | null = null,
): WholeSessionRecord => ({
  ...sessionRecord(withHeld(session, held)),
  config: {
    webhook: session.webhook && webhookRecord(session.webhook),
    webhooks: receiversOf(session, null).map(namedWebhookRecord),
    proxy: session.proxy && redactUrl(session.proxy),
    endpoint: session.endpoint?.url ?? null,
    wants_online: session.wantsOnline,
  },
  me: session.paired ? { id: session.whatsappJid, push_name: session.pushName, lid: session.lid } : null,
  engine: engineRecord(engine),
  holder: holderRecord(held),
  last_message_at: time(held?.lastMessageAt ?? null),
  last_heard_at: time(held?.lastHeardAt ?? null),
  unconfirmed: session.unconfirmed,
  qr,
});
