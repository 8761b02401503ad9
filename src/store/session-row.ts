import { WactlError } from '../errors.ts';
import { newSession } from '../domain/session-change.ts';
import { closeTable } from '../domain/close-table.ts';
import type { Close, CloseReason } from '../domain/close.ts';
import { realPushName } from '../domain/push-name.ts';
import { searchTextOf } from '../domain/search.ts';
import { fenceReasons, sessionStatuses } from '../domain/session.ts';
import type { Endpoint, Fence, Session, SessionStatus } from '../domain/session.ts';
import { crc32 } from './crc32.ts';
import { isText, isTime, isTruth, isWhole, optional, optionalDate, required, textIn } from './row-values.ts';
import type { BoundValue, Row } from './row-values.ts';
import type { SecretSeals } from './seal.ts';
import { sealedText, unsealedText } from './sealed-text.ts';
import { otherWebhooksOf, webhookColumns, webhookOf } from './webhook-columns.ts';

/** A session as its row in the table `sessions`; the order of the columns is always the same. */
export function rowOf(session: Session, seals: SecretSeals): Row {
  const row = factsOf(session, seals);
  return { ...row, checksum: checksumOf(row) };
}

/** The session in a row that was read through `columns`; a row that `rowOf` did not make is marked as damaged. */
export function sessionOf(raw: Row, seals: SecretSeals): Session {
  try {
    return factsIn(wholeRow(raw), seals);
  } catch (error) {
    // Not a fault of this row: the key, or the file.
    if (error instanceof WactlError) throw error;
    return damagedSessionOf(raw, seals);
  }
}

/** Opens nothing: each secret is an empty text. */
export const unopened: Pick<SecretSeals, 'open'> = { open: () => new Uint8Array(0) };

/** The row, with its text. Throws TypeError when `rowOf` did not make it. */
export function wholeRow(raw: Row): Row {
  const row = withText(raw);
  if (row['checksum'] !== null && row['checksum'] !== checksumOf(row)) throw new TypeError('checksum');
  return row;
}

/**
 * The readable part of a damaged row. It may be wrong, except for secrets and addresses, which have their own
 * checksums.
 */
export function damagedSessionOf(raw: Row, seals: Pick<SecretSeals, 'open'>): Session {
  const row = Object.fromEntries(
    Object.entries(raw).map(([column, value]) => [column, isBlob(column) ? value : lenient(value)]),
  );
  const or = <T, U>(read: () => T, otherwise: U): T | U => {
    try {
      return read();
    } catch (error) {
      if (error instanceof WactlError) throw error;
      return otherwise;
    }
  };
  const id = readable(raw['id'] ?? null);
  const text = (column: string): string | null => or(() => optional(row, column, isText), null);
  const date = (column: string): Date | null => or(() => optionalDate(row, column), null);
  const proxy = or(() => unsealedText(row, id, 'proxy', seals), undefined);
  const endpoint = or(() => endpointOf(row), undefined);
  return {
    id,
    name: text('name'),
    status: 'failed',
    paired: row['paired'] !== 0 || row['whatsapp_jid'] !== null,
    unconfirmed: row['unconfirmed'] !== 0,
    phoneNumber: text('phone_number'),
    pushName: text('push_name'),
    whatsappJid: text('whatsapp_jid'),
    lid: text('lid'),
    platform: text('platform'),
    createdAt: date('created_at') ?? new Date(0),
    updatedAt: date('updated_at') ?? new Date(0),
    lastConnectedAt: date('last_connected_at'),
    lastSeenAt: date('last_seen_at'),
    messageCount: or(() => required(row, 'message_count', isWhole), 0),
    lastClose: or(() => closeOf(row), null),
    webhook: or(() => webhookOf(row, id, seals), null),
    otherWebhooks: or(() => otherWebhooksOf(row, id, seals), []),
    proxy: proxy ?? null,
    endpoint: endpoint ?? null,
    wantsOnline: row['wants_online'] === 1,
    retries: 0,
    fence: or(() => fenceOf(row), null),
    // Without a known endpoint and proxy, nothing may be sent: it could bypass the proxy.
    damaged: proxy === undefined || endpoint === undefined ? 'delete' : 'pair_again',
  };
}

function factsOf(session: Session, seals: SecretSeals): Row {
  const { id, lastClose, endpoint } = session;
  return {
    id,
    name: session.name,
    status: session.status,
    paired: session.paired ? 1 : 0,
    unconfirmed: session.unconfirmed ? 1 : 0,
    phone_number: session.phoneNumber,
    push_name: session.pushName,
    whatsapp_jid: session.whatsappJid,
    lid: session.lid,
    platform: session.platform,
    created_at: session.createdAt.getTime(),
    updated_at: session.updatedAt.getTime(),
    last_connected_at: session.lastConnectedAt?.getTime() ?? null,
    last_seen_at: session.lastSeenAt?.getTime() ?? null,
    message_count: session.messageCount,
    close_reason: lastClose?.reason ?? null,
    close_code: lastClose?.code ?? null,
    close_at: lastClose?.at.getTime() ?? null,
    close_detail: lastClose?.detail ?? null,
    close_ban_code: lastClose?.banCode ?? null,
    close_expires_at: lastClose?.expiresAt?.getTime() ?? null,
    ...webhookColumns(session, seals),
    proxy: sealedText(session.proxy, id, 'proxy', seals),
    endpoint_url: endpoint?.url ?? null,
    endpoint_root_key: endpoint?.rootKey ?? null,
    wants_online: session.wantsOnline ? 1 : 0,
    retries: session.retries,
    fence_reason: session.fence?.reason ?? null,
    fence_at: session.fence?.at.getTime() ?? null,
    search_text: searchTextOf(session),
  };
}

/** Throws TypeError when `factsOf` did not make a column. */
export function factsIn(row: Row, seals: Pick<SecretSeals, 'open'>): Session {
  const id = required(row, 'id', isText);
  return {
    id,
    name: optional(row, 'name', isText),
    status: required(row, 'status', isStatus),
    paired: required(row, 'paired', isTruth) === 1,
    unconfirmed: required(row, 'unconfirmed', isTruth) === 1,
    phoneNumber: optional(row, 'phone_number', isText),
    // Earlier versions stored the redacted number from the login.
    pushName: realPushName(optional(row, 'push_name', isText)),
    whatsappJid: optional(row, 'whatsapp_jid', isText),
    lid: optional(row, 'lid', isText),
    platform: optional(row, 'platform', isText),
    createdAt: new Date(required(row, 'created_at', isTime)),
    updatedAt: new Date(required(row, 'updated_at', isTime)),
    lastConnectedAt: optionalDate(row, 'last_connected_at'),
    lastSeenAt: optionalDate(row, 'last_seen_at'),
    messageCount: required(row, 'message_count', isWhole),
    lastClose: closeOf(row),
    webhook: webhookOf(row, id, seals),
    otherWebhooks: otherWebhooksOf(row, id, seals),
    proxy: unsealedText(row, id, 'proxy', seals),
    endpoint: endpointOf(row),
    wantsOnline: required(row, 'wants_online', isTruth) === 1,
    retries: required(row, 'retries', isWhole),
    fence: fenceOf(row),
  };
}

/**
 * A checksum of all columns except those that are NULL or 0, so that a column that a later schema adds with such a
 * default changes nothing.
 */
export function checksumOf(row: Row): number {
  const said = Object.entries(row).filter(
    ([column, value]) => column !== 'checksum' && value !== null && value !== 0,
  );
  const plain = said.map(
    ([column, value]) => [column, value instanceof Uint8Array ? latin1(value) : value] as const,
  );
  return crc32(JSON.stringify(plain.sort(([a], [b]) => (a < b ? -1 : 1))));
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** The columns of a sealed value. */
export const isBlob = (column: string): boolean => sealedColumns.includes(column);

export const sealedColumns: readonly string[] = [
  'webhook_secret',
  'webhook_headers',
  'other_webhooks',
  'proxy',
];

/** Text as text again. Throws TypeError. */
export function withText(row: Row): Row {
  const texts = Object.entries(row).map(([column, value]) => {
    if (!(value instanceof Uint8Array) || isBlob(column)) return [column, value] as const;
    const text = textIn(value);
    if (text === undefined) throw new TypeError(`column ${column}`);
    return [column, text] as const;
  });
  return Object.fromEntries(texts);
}

/** Text in any case, with U+FFFD for bytes that are not UTF-8. */
const lenient = (value: BoundValue): BoundValue =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : value;

/** An id in a form that can be shown and typed. */
export const readable = (value: BoundValue | undefined): string => String(lenient(value ?? null));

function closeOf(row: Row): Close | null {
  if (row['close_reason'] === null) return null;
  const detail = optional(row, 'close_detail', isText);
  const banCode = optional(row, 'close_ban_code', isWhole);
  const expiresAt = optionalDate(row, 'close_expires_at');
  return {
    reason: required(row, 'close_reason', isCloseReason),
    code: optional(row, 'close_code', isWhole),
    at: new Date(required(row, 'close_at', isTime)),
    ...(detail === null ? {} : { detail }),
    ...(banCode === null ? {} : { banCode }),
    ...(expiresAt === null ? {} : { expiresAt }),
  };
}

function fenceOf(row: Row): Fence | null {
  const reason = optional(row, 'fence_reason', isFenceReason);
  return reason === null ? null : { reason, at: new Date(required(row, 'fence_at', isTime)) };
}

function endpointOf(row: Row): Endpoint | null {
  if (row['endpoint_url'] === null) return null;
  return { url: required(row, 'endpoint_url', isText), rootKey: required(row, 'endpoint_root_key', isText) };
}

const isStatus = (value: unknown): value is SessionStatus =>
  (sessionStatuses as readonly unknown[]).includes(value);
const isCloseReason = (value: unknown): value is CloseReason =>
  isText(value) && Object.hasOwn(closeTable, value);
const isFenceReason = (value: unknown): value is Fence['reason'] =>
  (fenceReasons as readonly unknown[]).includes(value);

const anyone = { id: '', name: null, webhook: null, proxy: null, endpoint: null };
/** All columns of the table. */
export const sessionColumns: readonly string[] = Object.keys(
  rowOf(newSession(anyone, new Date(0)), {
    ...unopened,
    sealer: () => ({ ...unopened, seal: (value: Uint8Array) => Buffer.from(value) }),
  }),
);
