import { stateOf } from '../domain/serving-host.ts';
import type { ServingHost } from '../domain/serving-host.ts';
import type { HostsRecord } from './hosts-schema.ts';

/** The servers that share the sessions, as scripts see them. */
export const hostsRecord = (hosts: readonly ServingHost[]): HostsRecord => ({
  hosts: hosts.map((host) => ({
    server_id: host.serverId,
    name: host.name,
    version: host.version,
    pid: host.pid,
    url: host.url,
    sessions: host.sessions,
    state: stateOf(host),
    started_at: host.startedAt.toISOString(),
    last_seen_at: host.seenAt.toISOString(),
    is_this: host.isThis,
  })),
});
