import type { CreateOptions } from '../../src/commands/create.ts';
import { ClosedError } from '../../src/domain/closed-error.ts';
import type { CloseReason } from '../../src/domain/close.ts';
import type { Holder } from '../../src/ports/holder.ts';
import type { Session, SessionStatus } from '../../src/domain/session.ts';
import { world } from './fake-context.ts';
import type { World, WorldParts } from './fake-context.ts';
import { somebody } from './fake-whatsapp.ts';
import { pairInStore } from './pair-in-store.ts';
import type { HolderEvent } from '../../src/domain/held.ts';

export const at = new Date('2026-03-01T12:00:00.000Z');
export const qr = (seq: number): Extract<HolderEvent, { kind: 'qr' }> => ({
  kind: 'qr',
  payload: `payload-${String(seq)}`,
  seq,
  expiresAt: new Date(at.getTime() + 60_000),
  rescan: false,
});
export const code: Extract<HolderEvent, { kind: 'pair_code' }> = {
  kind: 'pair_code',
  code: 'ABCDEFGH',
  phone: '15551234567',
  seq: 1,
  expiresAt: new Date(at.getTime() + 180_000),
};
const status = (word: SessionStatus): HolderEvent => ({
  kind: 'status',
  status: word,
  close: null,
  retryInMs: null,
});
export const start = [status('connecting'), status('connected')];
export const end = [status('connecting'), status('connected'), status('logged_in')];

/** A holder whose pairing reports these events, and ends with this result. */
export function pairing(
  events: readonly HolderEvent[],
  end: (world: World, session: Session) => Promise<Session>,
  parts: WorldParts = {},
): World {
  const pair: Holder['pair'] = async (session, _goal, _options, onEvent) => {
    for (const event of events) onEvent(event);
    return end(made, session);
  };
  const made = world({ io: { canDraw: true }, ...parts, holder: { pair, ...parts.holder } });
  return made;
}

export const succeeds = ({ store }: World, { id }: Session): Promise<Session> =>
  pairInStore(store, id, somebody);

export const endsBy =
  (reason: CloseReason) =>
  (_: World, session: Session): Promise<Session> =>
    Promise.reject(new ClosedError({ reason, code: null, at }, session));

export const creating: CreateOptions = { id: 'a', connect: true, pushNotification: true };
export const json = { io: { json: true } };

export const record = {
  id: 'a',
  name: null,
  status: 'disconnected',
  is_logged_in: false,
  paired: false,
  phone_number: null,
  push_name: null,
  whatsapp_jid: null,
  lid: null,
  platform: null,
  created_at: '2026-03-01T12:00:00.000Z',
  updated_at: '2026-03-01T12:00:00.000Z',
  last_connected_at: null,
  last_seen_at: null,
  message_count: 0,
  last_close: null,
};
export const loggedInRecord = {
  ...record,
  status: 'logged_in',
  is_logged_in: true,
  paired: true,
  phone_number: '15551234567',
  push_name: 'Ada',
  whatsapp_jid: '15551234567@s.whatsapp.net',
  lid: '987654321@lid',
  platform: 'android',
  last_connected_at: '2026-03-01T12:00:00.000Z',
  last_seen_at: '2026-03-01T12:00:00.000Z',
};
export const told = (word: SessionStatus): object => ({
  event: 'status',
  id: 'a',
  status: word,
  is_logged_in: word === 'logged_in',
});
export const lines = (...documents: unknown[]): string[] =>
  documents.map((document) => JSON.stringify(document));
