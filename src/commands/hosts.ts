import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { stateOf } from '../domain/serving-host.ts';
import { timeAgo } from '../domain/time-words.ts';
import type { ServingHost } from '../domain/serving-host.ts';
import { hostsRecord } from '../schema/hosts-record.ts';

/** `hosts`: the running `serve`s that share a PostgreSQL. */
export function defineHosts(program: Command, run: (options: object) => Promise<void>): void {
  program
    .command('hosts')
    .summary('list the machines that share the sessions')
    .description(
      'Lists the running serves that share the sessions of a PostgreSQL. One that has gone without a word stays listed for an hour.',
    )
    .action(() => run({}));
}

export async function runHosts(cx: Context): Promise<void> {
  const hosts = await (await cx.wactl()).hosts();
  cx.io.result(hostsRecord(hosts), () => (hosts.length === 0 ? '' : table(cx, hosts)));
  if (hosts.length === 0) cx.io.say('no serve runs on these sessions; start one with: wactl serve');
}

function table(cx: Context, hosts: readonly ServingHost[]) {
  const hasTwins = new Set(hosts.map(({ name }) => name)).size < hosts.length;
  return cx.io.table(
    ['NAME', 'STATE', 'SESSIONS', 'VERSION', 'URL', 'LAST SEEN', ...(hasTwins ? ['PID'] : [])],
    hosts.map((host) => [
      host.name,
      stateOf(host),
      String(host.sessions),
      host.version,
      host.url ?? '',
      cx.io.stdoutIsTerminal ? timeAgo(host.seenAt, cx.clock.now()) : host.seenAt.toISOString(),
      ...(hasTwins ? [String(host.pid)] : []),
    ]),
    ['STATE'],
  );
}
