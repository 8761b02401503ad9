import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { hostStates, stateOf } from '../domain/serving-host.ts';
import type { Hosts } from '../ports/hosts.ts';
import { moves } from './share-state.ts';
import type { ShareState } from './share-state.ts';

export type FleetMetricsParts = {
  readonly hosts: Pick<Hosts, 'hosts'>;
  readonly state: Pick<ShareState, 'last' | 'moved'>;
};

/** Of the hosts that share sessions, and of this one's share. Returns what reads them anew. */
export function fleetMetrics(registry: Registry, { hosts, state }: FleetMetricsParts): () => Promise<void> {
  const registers = [registry];
  const byState = new Gauge({
    name: 'wactl_hosts',
    help: 'Processes that share the sessions, by state',
    labelNames: ['state'],
    registers,
  });
  const share = new Gauge({
    name: 'wactl_fleet_share',
    help: 'Sessions that this process should have, by its last look',
    registers,
  });
  const free = new Gauge({
    name: 'wactl_fleet_free_sessions',
    help: 'Sessions that should be online and that nobody held at the last look',
    registers,
  });
  const lastLook = new Gauge({
    name: 'wactl_fleet_last_look_timestamp_seconds',
    help: 'When this process last saw what is its share',
    registers,
  });
  const moved = new Counter({
    name: 'wactl_fleet_moves_total',
    help: 'Sessions that this process has begun to take, and has let go of for other hosts',
    labelNames: ['move'],
    registers,
  });
  return async () => {
    const states = (await hosts.hosts()).map(stateOf);
    for (const word of hostStates) byState.set({ state: word }, states.filter((one) => one === word).length);
    const { last } = state;
    share.set(last?.quota ?? 0);
    free.set(last?.free ?? 0);
    lastLook.set((last?.at.getTime() ?? 0) / 1_000);
    moved.reset();
    for (const move of moves) moved.inc({ move }, state.moved(move));
  };
}
