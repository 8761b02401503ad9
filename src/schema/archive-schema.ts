import * as v from 'valibot';
import { archiveKinds } from '../domain/archive.ts';
import type { Archive, BackupRest } from '../domain/archive.ts';
import { keyKinds } from '../domain/sealed-by.ts';
import { receiverNamePattern } from '../domain/receiver-name.ts';
import { tokenNamePattern, tokenScopes } from '../domain/token.ts';
import { fenceReasons, webhookEvents } from '../domain/session.ts';
import type { Webhook } from '../domain/session.ts';
import type { WholeSession } from '../domain/whole-session.ts';
import { closeOf, closeSchema } from './close-schema.ts';
import { isStorable } from '../domain/storable-text.ts';
import {
  byName,
  count,
  flag,
  list,
  object,
  oneOf,
  status,
  text as anyText,
  time,
  word,
} from './field-schemas.ts';

/** The version of the documents below; a file of another one is refused. */
const archiveVersion = 1;

const bytes = v.pipe(
  v.string('bytes in base64'),
  v.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'bytes in base64'),
  v.transform((written): Uint8Array => new Uint8Array(Buffer.from(written, 'base64'))),
);
const text = v.pipe(anyText, v.check(isStorable, 'text without a NUL or half a character'));
const shortText = v.pipe(text, v.maxLength(1_000, 'text of at most 1,000 characters'));

/** The first line of a file of sessions. */
export const archiveHeaderSchema = object({
  format: word('wactl sessions'),
  version: v.literal(archiveVersion, `${String(archiveVersion)}, which is all that this wactl knows`),
  kind: oneOf(archiveKinds),
  made_at: time,
  sessions: count,
});

const webhookSchema = object({
  url: text,
  events: list(oneOf(webhookEvents)),
  secret: v.nullable(text),
  headers: v.optional(byName(text), {}),
  via_proxy: flag,
});

/** Each other line: a session, its credentials and every key. */
export const archivedSessionSchema = object({
  id: text,
  name: v.nullable(text),
  status,
  paired: flag,
  unconfirmed: flag,
  phone_number: v.nullable(text),
  push_name: v.nullable(text),
  whatsapp_jid: v.nullable(text),
  lid: v.nullable(text),
  platform: v.nullable(text),
  created_at: time,
  updated_at: time,
  last_connected_at: v.nullable(time),
  last_seen_at: v.nullable(time),
  message_count: count,
  last_close: v.nullable(closeSchema),
  webhook: v.nullable(webhookSchema),
  other_webhooks: v.optional(list(object({ name: text, ...webhookSchema.entries })), []),
  proxy: v.nullable(text),
  endpoint: v.nullable(object({ url: text, root_key: text })),
  wants_online: flag,
  retries: count,
  fenced: v.nullable(object({ reason: oneOf(fenceReasons), at: time })),
  creds: v.nullable(bytes),
  keys: list(v.tuple([shortText, shortText, bytes], 'a type, an id and a value')),
  waiting: v.optional(
    list(
      object({
        receiver: v.pipe(text, v.regex(receiverNamePattern, 'the name of a receiver')),
        id: shortText,
        type: oneOf(webhookEvents),
        body: text,
        created_at: time,
      }),
    ),
    [],
  ),
});

/** The last line of a backup: what belongs to no session. */
export const archivedRestSchema = object({
  settings: byName(text),
  tokens: list(
    object({
      name: v.pipe(text, v.regex(tokenNamePattern, 'the name of a token')),
      sha256: v.pipe(text, v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal')),
      scope: oneOf(tokenScopes),
      session: v.nullable(text),
      created_at: time,
      last_used_at: v.nullable(time),
    }),
  ),
  key: v.nullable(object({ kind: oneOf(keyKinds), generation: count, since: time })),
});

export type ArchiveHeader = v.InferInput<typeof archiveHeaderSchema>;
export type ArchivedRest = v.InferInput<typeof archivedRestSchema>;
export type ArchivedSession = v.InferInput<typeof archivedSessionSchema>;

/** Undoes `archiveHeader`. */
export const archiveOf = (
  { kind, made_at: madeAt }: v.InferOutput<typeof archiveHeaderSchema>,
  sessions: readonly WholeSession[],
  rest: v.InferOutput<typeof archivedRestSchema> | undefined,
): Archive => ({ kind, madeAt, sessions, ...(rest && { rest: restOf(rest) }) });

/** Undoes `archivedRest`. */
const restOf = ({ settings, tokens, key }: v.InferOutput<typeof archivedRestSchema>): BackupRest => ({
  settings,
  tokens: tokens.map(({ name, sha256, scope, session, created_at, last_used_at }) => ({
    name,
    hash: sha256,
    scope,
    sessionId: session,
    createdAt: created_at,
    lastUsedAt: last_used_at,
  })),
  key,
});

/** Undoes `archivedSession`. */
export const archivedSessionOf = (record: v.InferOutput<typeof archivedSessionSchema>): WholeSession => ({
  session: {
    id: record.id,
    name: record.name,
    status: record.status,
    paired: record.paired,
    unconfirmed: record.unconfirmed,
    phoneNumber: record.phone_number,
    pushName: record.push_name,
    whatsappJid: record.whatsapp_jid,
    lid: record.lid,
    platform: record.platform,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
    lastConnectedAt: record.last_connected_at,
    lastSeenAt: record.last_seen_at,
    messageCount: record.message_count,
    lastClose: record.last_close && closeOf(record.last_close),
    webhook: record.webhook && webhookOf(record.webhook),
    otherWebhooks: record.other_webhooks.map(({ name, ...rest }) => ({ name, ...webhookOf(rest) })),
    proxy: record.proxy,
    endpoint: record.endpoint && { url: record.endpoint.url, rootKey: record.endpoint.root_key },
    wantsOnline: record.wants_online,
    retries: record.retries,
    fence: record.fenced,
  },
  credentials: record.creds && {
    creds: record.creds,
    keys: record.keys.map(([type, id, value]) => ({ type, id, value })),
  },
  ...(record.waiting.length > 0 && {
    waiting: record.waiting.map(({ created_at: createdAt, ...event }) => ({
      ...event,
      createdAt,
      expiresAt: null,
    })),
  }),
});

const webhookOf = ({
  headers,
  via_proxy: viaProxy,
  ...rest
}: v.InferOutput<typeof webhookSchema>): Webhook => ({
  ...rest,
  ...(Object.keys(headers).length > 0 && { headers }),
  viaProxy,
});
