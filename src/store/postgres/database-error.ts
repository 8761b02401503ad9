import { WactlError, seeDoctor } from '../../errors.ts';
import { shownStore } from '../../domain/store-address.ts';
import type { StoreAddress } from '../../domain/store-address.ts';

/** The same may succeed in a moment, on another connection. */
export class PassingError extends WactlError {
  constructor(code: 'unreachable' | 'store_locked', what: string, hint: string, cause: unknown) {
    super(code, what, hint, { cause });
    this.name = WactlError.name;
  }
}

/** The connection was lost, or there was none. PostgreSQL may have done what was asked for last. */
export class GoneError extends PassingError {
  constructor(what: string, hint: string, cause: unknown) {
    super('unreachable', what, hint, cause);
  }
}

/** PostgreSQL may have committed it, and may not have. */
export class UnknownOutcomeError extends GoneError {}

/** Two transactions were in each other's way: PostgreSQL has undone this one. */
export class ContendedError extends PassingError {
  constructor(where: string, cause: unknown) {
    super(
      'store_locked',
      `${where} cannot be used: its transactions are in each other's way`,
      tryAgain,
      cause,
    );
  }
}

const tryAgain = 'try again in a moment';
const atTheSetting = 'the address is the setting "store" (WACTL_STORE)';

export const oldestVersion = 15;

/** What differs from what this program wrote. */
export const damagedError = (where: string, what: string, cause?: unknown): WactlError =>
  new WactlError('store_damaged', `${where} is damaged: ${what}`, `restore it from a backup${seeDoctor}`, {
    cause,
  });

/** Where it is not to be brought up to date. */
export class OlderSchemaError extends WactlError {
  constructor(where: string, found: number, latest: number) {
    super(
      'store_locked',
      `${where} is left as it is: an older wactl made it (schema ${String(found)}; this version knows ${String(latest)})`,
      'any command that works on it brings it up to date, such as wactl list with WACTL_STORE=ADDRESS',
    );
    this.name = WactlError.name;
  }
}

export const unusableError = (where: string, what: string, hint: string, cause?: unknown): WactlError =>
  new WactlError('store_locked', `${where} cannot be used: ${what}`, hint, { cause });

/** Turns an error of the driver into words; returns any other error unchanged. */
export function databaseError(address: StoreAddress, error: unknown): unknown {
  if (error instanceof WactlError || !(error instanceof Error)) return error;
  const where = shownStore(address);
  const code = codeOf(error);
  const unusable = (what: string, hint: string): WactlError => unusableError(where, what, hint, error);
  const readOnly = (): WactlError =>
    unusable('it can only be read, as a replica', `name the primary; ${atTheSetting}`);
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return new GoneError(`${where} does not answer`, `is PostgreSQL running there? ${atTheSetting}`, error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new GoneError(`${address.host}, where the sessions are, cannot be found`, atTheSetting, error);
    case '28P01':
    case '28000':
      return unusable(
        `it refuses the user${address.user === undefined ? '' : ` "${address.user}"`} or the password`,
        `correct them in the setting "store" (WACTL_STORE); the password may also come from PGPASSWORD`,
      );
    case '3D000':
      return unusable(
        'there is no such database',
        `make it, as a user who may: createdb ${address.database}; ${atTheSetting}`,
      );
    case '42501':
      return unusable(
        `the user${address.user === undefined ? '' : ` "${address.user}"`} may not do that there`,
        `as its owner: GRANT CREATE ON DATABASE "${address.database}" TO the user`,
      );
    case '25006':
      return readOnly();
    case '0A000':
      // A replica refuses a transaction that says that it writes (check_transaction_read_only in its variable.c).
      return /during recovery/.test(error.message) ? readOnly() : error;
    case '53300':
      return new PassingError(
        'store_locked',
        `${where} cannot be used: it has no connection left`,
        'raise its max_connections, end other programs, or put a pooler before it',
        error,
      );
    case '53100':
      return unusable('its disk is full', 'make room there, then try again');
    case '53200':
      return unusable('it has no memory left', 'make room there, then try again');
    case '40001':
    case '40P01':
      return new ContendedError(where, error);
    case '55P03':
      return unusable('another process has what is needed locked', tryAgain);
    case '57014':
      return unusable(
        'a statement took longer than it may, or was cancelled',
        `${tryAgain}; a statement_timeout of its role or database has to be some seconds at least`,
      );
    case 'XX001':
    case 'XX002':
      return damagedError(where, 'PostgreSQL cannot read it', error);
    case '3F000':
    case '42P01':
    case '42703':
      return damagedError(where, 'a table or a column is missing', error);
    case '08P01':
      // A pooler says so too when it is full.
      return new GoneError(`${where} does not take the connection: ${error.message}`, tryAgain, error);
  }
  if (isCertificate(code))
    return unusable(
      `its certificate is not trusted (${code})`,
      'name the authority with ?sslrootcert=FILE, or check the name of the host',
    );
  if (/does not support SSL/.test(error.message))
    return unusable(
      'it does not speak TLS',
      'turn TLS on there; where the network between is yours alone: ?sslmode=disable',
    );
  if (isGone(code, error.message))
    return new GoneError(`the connection to ${where} was lost`, `${tryAgain}; ${atTheSetting}`, error);
  return error;
}

const codeOf = (error: Error): string => String((error as NodeJS.ErrnoException).code ?? '');

const isCertificate = (code: string): boolean =>
  /^(ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)|CERT_)/.test(code);

/**
 * Of a connection that breaks, of a server that starts or ends (57P01 to 57P05), of one that has waited for too long for this process
 * (25P03, 25P04), or of one that says nothing.
 */
const isGone = (code: string, message: string): boolean =>
  /^(08...|57P0\d|25P0[34]|E[A-Z]+)$/.test(code) ||
  /^(Connection terminated|timeout expired|timeout exceeded|Query read timeout|Client has encountered a connection error|Client was closed)/.test(
    message,
  );
