import { UsageError } from '../errors.ts';
import { isLoopback } from './loopback.ts';

/** Whether and how the connection to a database is sealed; `full` checks the server's certificate and its name. */
export type StoreTls = 'off' | 'unchecked' | 'authority' | 'full';

/** Where a PostgreSQL is, and as whom to come in. */
export type StoreAddress = {
  /** A name or an address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Undefined: what PGUSER says, else the user of this process. */
  readonly user: string | undefined;
  /** Undefined: what PGPASSWORD or the file .pgpass says. */
  readonly password: string | undefined;
  readonly tls: StoreTls;
  /** A file with the certificates to trust instead of the system's. */
  readonly tlsRoot: string | undefined;
};

const usualPort = 5432;

const modes: Readonly<Record<string, StoreTls>> = {
  disable: 'off',
  require: 'unchecked',
  'verify-ca': 'authority',
  'verify-full': 'full',
};

/** Reads the address of a PostgreSQL, "postgres://user:password@host:5432/database". Throws UsageError. */
export function storeAddress(text: string): StoreAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) throw notAnAddress();
  const { hostname, searchParams } = url;
  const unknown = [...searchParams.keys()].find((key) => !['sslmode', 'sslrootcert', 'host'].includes(key));
  if (unknown !== undefined)
    throw new UsageError(
      `unknown parameter "${unknown}" in the address of the store`,
      'sslmode, sslrootcert and host are known',
    );
  const host = searchParams.get('host') ?? decoded(hostname);
  const database = decoded(url.pathname.slice(1));
  if (host === '' || database === '' || database.includes('/')) throw notAnAddress();
  const mode = searchParams.get('sslmode');
  const tls = mode === null ? usualTls(host) : modes[mode];
  if (tls === undefined)
    throw new UsageError(
      `invalid sslmode "${String(mode)}" in the address of the store`,
      `one of: ${Object.keys(modes).join(', ')}`,
    );
  const tlsRoot = searchParams.get('sslrootcert') ?? undefined;
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? usualPort : Number(url.port),
    database,
    user: decoded(url.username) || undefined,
    password: decoded(url.password) || undefined,
    // As libpq has it: who names an authority wants it to be asked.
    tls: tls === 'unchecked' && tlsRoot !== undefined ? 'authority' : tls,
    tlsRoot,
  };
}

/** Reads it, and returns it as it was given. Throws UsageError. */
export function parseStore(text: string): string {
  storeAddress(text);
  return text;
}

/** For people: without user and password. */
export const shownStore = ({
  host,
  port,
  database,
}: Pick<StoreAddress, 'host' | 'port' | 'database'>): string =>
  `the database "${database}" ${host.startsWith('/') ? `behind ${host}` : `at ${host}:${String(port)}`}`;

/** Secrets cross no network in the clear unasked. */
const usualTls = (host: string): StoreTls => (host.startsWith('/') || isLoopback(host) ? 'off' : 'full');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notAnAddress();
  }
}

const notAnAddress = (): UsageError =>
  new UsageError(
    'invalid address of the store',
    'give it as postgres://user:password@host:5432/database; special characters in the password as %XX',
  );
