import { arch, platform } from 'node:os';
import { doctor } from '../app/doctor.ts';
import { holdersCheck } from '../app/doctor-leases.ts';
import { pairingsCheck } from '../app/doctor-pairings.ts';
import { programsCheck } from '../app/doctor-programs.ts';
import { doesSocketAnswer, isSocketThere } from '../api/socket-there.ts';
import { socketsCheck } from '../api/sockets-check.ts';
import type { EngineInfo } from '../domain/engine.ts';
import type { Endpoint, Session } from '../domain/session.ts';
import { UsageError } from '../errors.ts';
import type { Diagnosis } from '../domain/finding.ts';
import type { Check, DoctorOptions } from '../ports/doctor.ts';
import type { Io } from '../ports/io.ts';
import { directoryCheck } from '../settings/directory-check.ts';
import { draftsCheck, logsCheck } from '../settings/leftovers-check.ts';
import { settingsCheck } from '../settings/settings-check.ts';
import type { CommandSettings } from '../settings/command-settings.ts';
import { ownKeyFile } from '../keys/file-keys.ts';
import { keySources } from '../keys/key-sources.ts';
import type { ProcessKeys } from '../keys/key-sources.ts';
import { keyOptions } from './process-keys.ts';
import { encryptionCheck } from '../store/encryption-check.ts';
import { databaseCheck } from '../store/database-check.ts';
import { existingDatabase } from '../store/database-file.ts';
import { OlderSchemaError } from '../store/postgres/database-error.ts';
import { recordsCheck } from '../store/records-check.ts';
import { withStore } from '../store/open-as-is.ts';
import { terminalCheck } from '../terminal/terminal-check.ts';
import { networkChecks } from '../whatsapp/network-checks.ts';
import { proxyCheck } from '../whatsapp/proxy-check.ts';
import { versionCheck } from '../whatsapp/version-check.ts';
import { engineName } from '../whatsapp/engine-info.ts';
import { isStopped } from '../is-stopped.ts';
import { systemClock as clock } from './system-clock.ts';

/** Facts that only the process knows. */
type Around = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number | undefined;
  readonly flags: { readonly keyFile?: string | undefined };
  readonly io: Io;
  /** Of this program. */
  readonly version: string;
  readonly pid: number;
  readonly nodeVersion: string;
};

export type DoctorParts = {
  readonly directory: string;
  readonly settings: CommandSettings;
  /** That connects the sessions of an endpoint. */
  readonly engine: (session: { readonly endpoint: Endpoint | null }) => Promise<EngineInfo>;
};

/** A holder may be busy for a while. */
const silentAfterMs = 2_000;

/** All checks, in the order of the report. */
async function checksOf(around: Around, parts: DoctorParts, offline: boolean): Promise<readonly Check[]> {
  const { env, uid, io } = around;
  const { directory, settings } = parts;
  const address = storeOf(settings);
  const programs = {
    node: around.nodeVersion,
    wactl: around.version,
    engine: engineName,
    system: `${platform()} ${arch()}`,
  };
  // It asks no person for the key, and warns of nothing but what it reports.
  const keys = keySources({ ...keyOptions(around, directory), ask: undefined, warn: () => undefined });
  const sessions = async (): Promise<readonly Session[] | undefined> => {
    if (address !== null) return sessionsInPostgres(address, keys, around);
    if (existingDatabase(directory) === undefined) return [];
    return withStore(directory, (store) => everySession(store.list.bind(store)));
  };
  const ofFile = (): readonly Check[] => [
    databaseCheck(directory, clock),
    encryptionCheck(directory, { keys, keyFile: () => keyFileOf(keys, directory) }),
    recordsCheck(directory, undefined, keys),
    holdersCheck({
      withLeases: (work) => withStore(directory, (store) => work(store.leases)),
      isThere: isSocketThere,
      isAnswering: (socketPath) => doesSocketAnswer(socketPath, silentAfterMs),
      isStopped,
    }),
  ];
  return [
    programsCheck(programs),
    directoryCheck(directory, uid),
    settingsCheck(settings),
    ...(address === null ? ofFile() : await ofPostgres(address)),
    socketsCheck(directory),
    pairingsCheck(sessions),
    draftsCheck(directory, clock),
    logsCheck(directory, async () => (await sessions())?.map(({ id }) => id)),
    terminalCheck(io, settings),
    versionCheck(async () => parts.engine({ endpoint: settings.endpoint }), clock),
    proxyCheck({ settings, env, isTried: !offline }),
    ...(offline ? [] : networkChecks({ settings, clock })),
  ];
}

/** Its driver takes long to load. */
async function ofPostgres(address: string): Promise<readonly Check[]> {
  const { postgresChecks } = await import('../store/postgres/postgres-checks.ts');
  return postgresChecks(address, clock);
}

/** Undefined when an older wactl made the tables, which stay as they are. */
async function sessionsInPostgres(
  address: string,
  keys: ProcessKeys,
  process: Pick<Around, 'version' | 'pid'>,
): Promise<readonly Session[] | undefined> {
  const { openPostgres } = await import('../store/postgres/open-postgres.ts');
  // It holds nothing.
  const host = { id: '', name: '' };
  try {
    const store = await openPostgres({ address, keys, host, process, clock, asItIs: true });
    return await everySession(store.list.bind(store)).finally(() => store.close());
  } catch (error) {
    if (error instanceof UsageError) return [];
    if (error instanceof OlderSchemaError) return undefined;
    throw error;
  }
}

/** One that cannot be read is told by the check of the settings. */
function storeOf(settings: CommandSettings): string | null {
  try {
    return settings.store;
  } catch {
    return null;
  }
}

function keyFileOf(keys: ProcessKeys, directory: string): { path: string; isOwnFile: boolean } {
  const given = keys.givenFile();
  return { path: given ?? ownKeyFile(directory), isOwnFile: given === undefined };
}

type List = (query: {
  page: number;
  perPage: number;
}) => Promise<{ sessions: readonly Session[]; total: number }>;

async function everySession(list: List): Promise<readonly Session[]> {
  const perPage = 1_000;
  const all: Session[] = [];
  for (let page = 1; ; page += 1) {
    const { sessions } = await list({ page, perPage });
    all.push(...sessions);
    if (sessions.length < perPage) return all;
  }
}

export const diagnose = async (
  around: Around,
  parts: DoctorParts,
  { signal, offline, fix }: DoctorOptions,
): Promise<Diagnosis> => doctor({ checks: await checksOf(around, parts, offline), clock, signal }, { fix });
