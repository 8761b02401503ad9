import * as v from 'valibot';
import { hostStates } from '../domain/serving-host.ts';
import type { ServingHost } from '../domain/serving-host.ts';
import { count, flag, list, object, oneOf, text, time } from './field-schemas.ts';

const hostSchema = object({
  server_id: v.pipe(text, v.description('Random, new for each start.')),
  name: v.pipe(text, v.description('Of the machine.')),
  version: v.pipe(text, v.description('Of wactl.')),
  pid: count,
  url: v.pipe(v.nullable(text), v.description('Where the others reach it; null: they cannot.')),
  sessions: v.pipe(count, v.description('How many it holds.')),
  state: v.pipe(
    oneOf(hostStates),
    v.description('draining: it is stopping; gone: it was not seen for longer than a lease lasts.'),
  ),
  started_at: time,
  last_seen_at: time,
  is_this: v.pipe(flag, v.description('It is the one that answers.')),
});

/** The servers that share the sessions. */
export const hostsSchema = object({ hosts: list(hostSchema) });

export type HostsRecord = v.InferInput<typeof hostsSchema>;

/** Undoes `hostsRecord`. */
export const hostOf = (record: v.InferOutput<typeof hostSchema>): ServingHost => ({
  serverId: record.server_id,
  name: record.name,
  version: record.version,
  pid: record.pid,
  url: record.url,
  sessions: record.sessions,
  startedAt: record.started_at,
  seenAt: record.last_seen_at,
  isDraining: record.state === 'draining',
  isAlive: record.state !== 'gone',
  isThis: record.is_this,
});
