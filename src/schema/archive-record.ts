import type { Archive, BackupRest } from '../domain/archive.ts';
import type { Webhook } from '../domain/session.ts';
import type { WholeSession } from '../domain/whole-session.ts';
import type { ArchivedRest, ArchivedSession, ArchiveHeader } from './archive-schema.ts';
import { closeRecord } from './session-record.ts';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The first line of a file of sessions. */
export const archiveHeader = ({ kind, madeAt, sessions }: Archive): ArchiveHeader => ({
  format: 'wactl sessions',
  version: 1,
  kind,
  made_at: madeAt.toISOString(),
  sessions: sessions.length,
});

const archivedWebhook = ({ url, events, secret, headers = {}, viaProxy }: Webhook) => ({
  url,
  events: [...events],
  secret,
  headers,
  via_proxy: viaProxy,
});

/** A session with all its secrets: only for what is sealed. */
export const archivedSession = ({ session, credentials, waiting = [] }: WholeSession): ArchivedSession => ({
  id: session.id,
  name: session.name,
  status: session.status,
  paired: session.paired,
  unconfirmed: session.unconfirmed,
  phone_number: session.phoneNumber,
  push_name: session.pushName,
  whatsapp_jid: session.whatsappJid,
  lid: session.lid,
  platform: session.platform,
  created_at: session.createdAt.toISOString(),
  updated_at: session.updatedAt.toISOString(),
  last_connected_at: time(session.lastConnectedAt),
  last_seen_at: time(session.lastSeenAt),
  message_count: session.messageCount,
  last_close: closeRecord(session.lastClose),
  webhook: session.webhook && archivedWebhook(session.webhook),
  other_webhooks: session.otherWebhooks.map((webhook) => ({
    name: webhook.name,
    ...archivedWebhook(webhook),
  })),
  proxy: session.proxy,
  endpoint: session.endpoint && { url: session.endpoint.url, root_key: session.endpoint.rootKey },
  wants_online: session.wantsOnline,
  retries: session.retries,
  fenced: session.fence && { reason: session.fence.reason, at: session.fence.at.toISOString() },
  creds: credentials && base64(credentials.creds),
  keys: (credentials?.keys ?? []).map(({ type, id, value }) => [type, id, base64(value)]),
  waiting: waiting.map(({ receiver, id, type, body, createdAt }) => ({
    receiver,
    id,
    type,
    body,
    created_at: createdAt.toISOString(),
  })),
});

/** The last line of a backup. */
export const archivedRest = ({ settings, tokens, key }: BackupRest): ArchivedRest => ({
  settings,
  tokens: tokens.map(({ name, hash, scope, sessionId, createdAt, lastUsedAt }) => ({
    name,
    sha256: hash,
    scope,
    session: sessionId,
    created_at: createdAt.toISOString(),
    last_used_at: time(lastUsedAt),
  })),
  key: key && { kind: key.kind, generation: key.generation, since: key.since.toISOString() },
});
