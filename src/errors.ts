/**
 * Every way a command can fail, with the exit status that scripts see. The words in `code` and the numbers are a
 * contract: docs/json.md lists them, golden tests hold them.
 */
export const exitStatuses = {
  internal: 1,
  usage: 2,
  declined: 2,
  not_found: 3,
  already_exists: 3,
  ambiguous_id: 3,
  not_paired: 4,
  logged_out: 4,
  not_as_expected: 4,
  unreachable: 5,
  timed_out: 5,
  in_use: 6,
  not_held: 6,
  replaced: 6,
  fenced: 6,
  pairing_expired: 7,
  pairing_refused: 7,
  banned: 8,
  refused: 8,
  outdated: 9,
  passkey_required: 10,
  store_damaged: 11,
  store_locked: 11,
  store_unsafe: 11,
  missing_key: 11,
  wrong_key: 11,
  file_damaged: 11,
  file_locked: 11,
  interrupted: 130,
  terminated: 143,
} as const;

export type ErrorCode = keyof typeof exitStatuses;

/** A failure that a person can understand: what happened, and (`hint`) what to do about it. */
export class WactlError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }

  get exitStatus(): number {
    return exitStatuses[this.code];
  }
}

/** The end of a hint where more may be wrong than one command has seen. */
export const seeDoctor = '; to see all that is wrong: wactl doctor';

/** Wrong flags or arguments, or a prompt without a terminal. */
export class UsageError extends WactlError {
  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super('usage', message, hint, options);
  }
}

/** A person answered no. Nothing was done. */
export class DeclinedError extends WactlError {
  constructor() {
    super('declined', 'nothing was done');
  }
}

/** A file of sessions that is damaged, or of another kind. Nothing was stored. */
export class FileDamagedError extends WactlError {
  constructor(
    message: string,
    hint = 'nothing was changed; use another copy of the file',
    options?: ErrorOptions,
  ) {
    super('file_damaged', message, hint, options);
  }
}

/** A file of sessions that what was given does not open. Nothing was stored. */
export class FileLockedError extends WactlError {
  constructor(message: string, options?: ErrorOptions) {
    super('file_locked', message, 'nothing was changed; try again', options);
  }
}

/** No session has this id, nor an id that begins like it. */
export class SessionNotFoundError extends WactlError {
  constructor(id: string, hint = 'see them with: wactl list') {
    super('not_found', `no session is called "${id}"`, hint);
  }
}

/** No webhook of the session has this name. */
export class NoSuchWebhookError extends WactlError {
  constructor(id: string, name: string) {
    super('not_found', `${id} has no webhook "${name}"`, `see its webhooks with: wactl webhook show ${id}`);
  }
}

/** A token has this name already. */
export class TokenExistsError extends WactlError {
  constructor(name: string) {
    const hint = `choose another name; or revoke it with: wactl token revoke ${name}`;
    super('already_exists', `a token called "${name}" already exists`, hint);
  }
}

/** No token has this name. */
export class TokenNotFoundError extends WactlError {
  constructor(name: string) {
    super('not_found', `no token is called "${name}"`, 'see them with: wactl token list');
  }
}

/** Only a pairing can bring this session online. */
export class NotPairedError extends WactlError {
  constructor(id: string, hint = `pair it with: wactl qr ${id}`) {
    super('not_paired', `${id} is not paired`, hint);
  }
}

/** A process holds the session, which must be offline for this. */
export class SessionHeldError extends WactlError {
  constructor(id: string) {
    super('in_use', `a process holds ${id}`, `take it offline first: wactl disconnect ${id}`);
  }
}

type Fenced = {
  readonly id: string;
  readonly fence: { readonly reason: 'moved' | 'copy'; readonly at: Date };
};

/** The session may be online elsewhere with the same credentials, so it does not connect here. */
export class FencedError extends WactlError {
  constructor({ id, fence: { reason, at } }: Fenced) {
    const when = at.toISOString().slice(0, 10);
    const [what, unless] =
      reason === 'moved'
        ? [`was moved away on ${when}`, 'if it was never imported elsewhere, or is gone there']
        : [`is a copy, imported on ${when}`, 'if the session that it was copied from never connects again'];
    super(
      'fenced',
      `${id} ${what}: it does not connect here, because two copies of one device throw each other out`,
      `${unless}: wactl connect ${id} --force; or pair it anew: wactl qr ${id}`,
    );
  }
}

/** The hint for a pairing that was cut short between the phone's yes and the first login. */
export const unconfirmedHint = (id: string): string =>
  `the phone may already list this device; finish with: wactl status ${id} (or remove it with: wactl delete ${id})`;

type Taken = { readonly id: string; readonly paired: boolean; readonly unconfirmed: boolean };

/** The id is taken, either by a paired session or by an unpaired one, which a killed `create` leaves behind. */
export class SessionExistsError extends WactlError {
  /** Whether its pairing was cut short. */
  readonly isUnconfirmed: boolean;

  constructor({ id, paired, unconfirmed }: Taken) {
    const unpaired = unconfirmed
      ? unconfirmedHint(id)
      : `pair it with: wactl qr ${id}; or remove it with: wactl delete ${id}`;
    super(
      'already_exists',
      `session "${id}" already exists${paired ? '' : ' and is not paired'}`,
      paired ? 'choose another id' : unpaired,
    );
    this.isUnconfirmed = unconfirmed;
  }
}

/** The stored data of one session cannot be read; other sessions are not affected. */
export class DamagedSessionError extends WactlError {
  constructor(
    { id, damaged }: { readonly id: string; readonly damaged?: 'pair_again' | 'delete' | undefined },
    options?: ErrorOptions,
  ) {
    const again = damaged === 'delete' ? '' : `pair it again with: wactl qr ${id}; or `;
    super(
      'store_damaged',
      `the stored data of session "${id}" is damaged`,
      `${again}remove it with: wactl delete ${id} --force`,
      options,
    );
  }
}

/** The holder does not answer: its socket refuses, is missing, or was cut. Asking again finds the current holder. */
export class HolderGoneError extends WactlError {
  constructor(options?: ErrorOptions) {
    super('unreachable', 'the process that held the session has ended', 'try again', options);
  }
}

/** The process that was asked does not, or no longer, hold the session. Asking again finds the one that does. */
export class NotHeldError extends WactlError {
  constructor(id: string) {
    super('not_held', `${id} is not held by the process that was asked`, 'try again');
  }
}

/** Another process has taken the session over from this one, of which nothing more is stored. */
export class LeaseLostError extends WactlError {
  constructor(id: string) {
    super(
      'not_held',
      `this process no longer holds ${id}: nothing more of it is stored`,
      `see what holds it now: wactl show ${id}`,
    );
  }
}

/** SIGINT or SIGTERM arrived, and the command has cleaned up. */
export class InterruptedError extends WactlError {
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(signal === 'SIGINT' ? 'interrupted' : 'terminated', `stopped by ${signal}`);
  }
}
