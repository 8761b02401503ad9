import { SessionNotFoundError } from '../errors.ts';
import { isEnough, scopeWords } from '../domain/token.ts';
import { nothingOnShow } from '../domain/held.ts';
import type { Held, HolderEvent } from '../domain/held.ts';
import type { SessionStatus } from '../domain/session.ts';
import type { Access, TokenScope } from '../domain/token.ts';
import { RequestError } from './request-error.ts';

/** Of a request for which nobody is asked for a token: on the private socket of a process. */
export const fullAccess: Access = { name: 'this machine', scope: 'admin', sessionId: null };

/** Throws RequestError (`forbidden`). */
export function assertScope({ name, scope }: Access, needed: TokenScope): void {
  if (isEnough(scope, needed)) return;
  throw new RequestError(
    'forbidden',
    `the token ${name} may only ${scopeWords[scope]}; this needs the scope ${needed}`,
    `use another token; on the server: wactl token create NAME --scope ${needed}`,
  );
}

/** Throws RequestError (`forbidden`). */
export function assertAllSessions({ name, sessionId }: Access): void {
  if (sessionId === null) return;
  throw new RequestError(
    'forbidden',
    `the token ${name} is for the session ${sessionId} only`,
    'use a token for all sessions',
  );
}

/**
 * The id of the session in a path, as a token sees it: for a token of one session there is no other, and with `isPrefix` the
 * beginning of its id is enough. Throws `not_found`.
 */
export function visibleId({ sessionId }: Access, id: string, isPrefix = false): string {
  if (sessionId === null || id === sessionId) return id;
  if (isPrefix && id !== '' && sessionId.startsWith(id)) return sessionId;
  throw new SessionNotFoundError(id);
}

/** What a held session is for a token: what is on show while it pairs is for those that may pair. */
export const shownTo = ({ scope }: Access, held: Held): Held =>
  isEnough(scope, 'pair') ? held : { ...held, ...nothingOnShow };

const shows: Readonly<Partial<Record<HolderEvent['kind'], SessionStatus>>> = {
  qr: 'waiting_for_qr',
  pair_code: 'waiting_for_pair_code',
  passkey: 'waiting_for_passkey',
  passkey_code: 'waiting_for_passkey',
};

/** What an event is for a token: without the right to pair, a QR or a code is no more than that there is one. */
export function toldTo({ scope }: Access, event: HolderEvent): HolderEvent {
  const status = shows[event.kind];
  if (isEnough(scope, 'pair') || status === undefined) return event;
  return { kind: 'status', status, close: null, retryInMs: null };
}
