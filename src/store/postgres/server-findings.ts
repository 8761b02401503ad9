import { counted, ok, warning } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';
import { connectionsOfServe } from './connections.ts';

/** Leases do not depend on the clocks of the machines; times that are shown do, and codes that run out. */
const tolerableMs = 5_000;
/** Transactions say how long they may take; a statement by itself cannot, without a round trip more. */
export const shortestLimitMs = 5_000;

export type DatabaseFacts = {
  /** Where it is, and its version. */
  readonly what: string;
  /** Of its tables: 0 when there are none. */
  readonly schema: number;
  readonly latestSchema: number;
  readonly isReplica: boolean;
  /** What it has committed may be gone after a power loss. */
  readonly forgets: boolean;
  /** Of transactions that name none: "read committed". */
  readonly isolation: string;
  /** How far its clock is ahead of this machine's. */
  readonly apartMs: number;
  /** A setting that ends the statements of this user too soon. */
  readonly shortLimit: { readonly name: string; readonly ms: number } | null;
};

export function databaseFinding(facts: DatabaseFacts): Finding {
  const { what, schema, latestSchema, isReplica, forgets, isolation, apartMs, shortLimit } = facts;
  if (isReplica)
    return warning(
      `${what}, is a replica, which can only be read`,
      'name the primary in the setting "store"',
    );
  if (shortLimit)
    return warning(
      `${what}: the ${shortLimit.name} of this user is ${String(shortLimit.ms)} ms, which ends statements that only take a while`,
      `as its owner, for this user: ALTER ROLE … SET ${shortLimit.name} = '${String(shortestLimitMs / 1_000)}s', or 0`,
    );
  if (forgets)
    return warning(`${what}, forgets what it has stored when it loses its power`, 'there: fsync = on');
  const apart = Math.round(Math.abs(apartMs) / 1_000);
  if (Math.abs(apartMs) > tolerableMs)
    return warning(
      `${what}: its clock and that of this machine are ${String(apart)} s apart`,
      'set both by NTP',
    );
  if (isolation !== 'read committed')
    return warning(
      `${what}: its usual isolation is "${isolation}", with which single statements may be refused`,
      `as its owner, for this user: ALTER ROLE … SET default_transaction_isolation = 'read committed'`,
    );
  if (schema === 0) return ok(`${what}, no tables yet: the first command makes them`);
  if (schema < latestSchema)
    return warning(
      `${what}: an older wactl made its tables (schema ${String(schema)}; this version knows ${String(latestSchema)})`,
      'update wactl on all machines: the first command brings them up to date, and no older serve starts from then on',
    );
  return ok(what);
}

/** `most`: connections that this user may have at once; `hosts`: running serves. */
export function connectionsFinding({ most, hosts }: { most: number; hosts: number }): Finding {
  const serves = `${counted(hosts, 'running serve')}`;
  const used = hosts * connectionsOfServe;
  // A command has fewer, and one more serve is to be able to start.
  const needed = used + connectionsOfServe;
  if (most < needed)
    return warning(
      `${String(most)} connections at most, and ${serves} with a command need up to ${String(needed)}`,
      `there: max_connections = ${String(2 * needed)} or more, or put a pooler before it`,
    );
  return ok(
    hosts === 0
      ? `${String(most)} at most: enough for ${counted(Math.floor(most / connectionsOfServe), 'serve')}`
      : `${String(most)} at most, of which ${serves} may use ${String(used)}`,
  );
}

export const poolerFinding = ({ isByTransaction }: { readonly isByTransaction: boolean }): Finding =>
  ok(
    isByTransaction
      ? 'a pooler gives each transaction to another connection: machines find out about one another by looking, not at once'
      : 'each connection is one of the server',
  );

export type ReplicationFacts = {
  readonly replicas: number;
  /** synchronous_standby_names: those that a commit waits for. */
  readonly named: string;
  /** synchronous_commit. */
  readonly durability: string;
};

/** A replica that takes over without having been waited for may forget the newest leases, keys and events. */
export function replicationFinding({ replicas, named, durability }: ReplicationFacts): Finding {
  if (named !== '' && durability === 'local')
    return warning(
      `replicas are not waited for, although "${named}" are named: one that takes over may forget leases and messages' keys`,
      'there: synchronous_commit = on',
    );
  if (named !== '') return ok(`a commit waits for the replicas "${named}"`);
  if (replicas === 0) return ok('no replica follows');
  return warning(
    `${counted(replicas, 'replica')} that no commit waits for: one that takes over may forget leases and messages' keys`,
    `there: synchronous_standby_names = 'ANY 1 (*)'; or stop every serve before a replica takes over, for a minute`,
  );
}
