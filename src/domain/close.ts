/** How a connection ended, in one word. */
export type CloseReason =
  | 'ended_here'
  | 'restart_required'
  | 'unreachable'
  | 'timed_out'
  | 'connection_lost'
  | 'connection_closed'
  | 'server_error'
  | 'unavailable'
  | 'proxy_failed'
  | 'certificate_out_of_date'
  | 'unauthorized'
  | 'logged_out'
  | 'unlinked_here'
  | 'replaced'
  | 'banned'
  | 'outdated'
  | 'refused'
  | 'multidevice_mismatch'
  | 'pairing_expired'
  | 'pairing_refused'
  | 'code_refused'
  | 'passkey_required'
  | 'passkey_failed'
  | 'forged';

/** One ended connection. `code` is WhatsApp's number where there is one. */
export type Close = {
  readonly reason: CloseReason;
  readonly code: number | null;
  readonly at: Date;
  /** Further details in one line for people: WhatsApp's own words, or dates that do not match. */
  readonly detail?: string;
  /** WhatsApp's reason code of a temporary ban, 101 to 106. */
  readonly banCode?: number;
  /** When a ban ends by itself. */
  readonly expiresAt?: Date;
};

const reasonsByCode: Readonly<Record<number, CloseReason>> = {
  401: 'logged_out',
  402: 'banned',
  403: 'banned',
  405: 'outdated',
  406: 'banned',
  408: 'timed_out',
  411: 'multidevice_mismatch',
  428: 'connection_closed',
  440: 'replaced',
  500: 'server_error',
  503: 'unavailable',
  515: 'restart_required',
  516: 'restart_required',
};

/** The reason behind a close code of WhatsApp (Baileys rc14, `lastDisconnect.error.output.statusCode`). */
export const reasonOfCode = (code: number, unknown: CloseReason = 'server_error'): CloseReason =>
  reasonsByCode[code] ?? unknown;
