import { reasonOfCode } from '../domain/close.ts';
import type { Close, CloseReason } from '../domain/close.ts';
import { TunnelError } from '../domain/proxy.ts';

/** How far a connection has come. */
export type Phase = 'connecting' | 'pairing' | 'logging_in' | 'live';

/** Further details of an ending. */
export type EndingDetails = Pick<Close, 'detail' | 'banCode' | 'expiresAt'>;

/** Why a connection ends; thrown through its steps up to the one place that reports it. */
export class Ending extends Error {
  readonly reason: CloseReason;
  /** WhatsApp's number where there is one. */
  readonly code: number | null;
  readonly details: EndingDetails;

  constructor(
    reason: CloseReason,
    code: number | null = null,
    { cause, ...details }: ErrorOptions & EndingDetails = {},
  ) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'Ending';
    this.reason = reason;
    this.code = code;
    this.details = details;
  }
}

/** The parts of the error in Baileys' `connection: 'close'` (a Boom; around a socket error: `data`). */
type BaileysError = {
  readonly message?: string;
  readonly data?: unknown;
  readonly output?: { readonly statusCode?: number };
};

/** Reads Baileys' error for the end of a socket (rc14, Socket/socket.js, `end` and mapWebSocketError). */
export function endingOf(error: unknown, phase: Phase): Ending {
  if (error instanceof Ending) return error;
  const { message = '', data, output } = (error ?? {}) as BaileysError;
  if (data instanceof TunnelError || error instanceof TunnelError) return new Ending('proxy_failed');
  if (/handshake has timed out/.test(message)) return new Ending('timed_out', 408);
  if (data instanceof Error) return new Ending(phase === 'connecting' ? 'unreachable' : 'connection_lost');
  const code = output?.statusCode;
  if (code === undefined) return new Ending('server_error', null, { cause: error });
  return new Ending(reasonInPhase(reasonOfCode(code), code, phase), code);
}

/** The reasons that mean a refused registration while pairing: before the pairing there is no link to cut. */
const refusals: readonly CloseReason[] = ['logged_out', 'unauthorized', 'refused'];

export function reasonInPhase(reason: CloseReason, code: number | null, phase: Phase): CloseReason {
  if (refusals.includes(reason) && phase === 'pairing') return 'pairing_refused';
  // Baileys' keep-alive ends the socket with the code of a timeout.
  if (code === 408 && phase === 'live') return 'connection_lost';
  return reason;
}

/** An HTTP status instead of the WebSocket upgrade. */
export function endingOfHttp(status: number): Ending {
  const isPassing = status === 408 || status === 429 || status >= 500;
  return new Ending(isPassing ? 'unavailable' : 'unreachable', status);
}
