import type { Connection } from './connection.ts';
import { matchesFault, parseFault } from './faults.ts';
import type { Fault } from './faults.ts';
import type { Network } from './network.ts';

const strike = (connection: Connection, fault: Fault): void => {
  if (fault.kind === 'stream_end') connection.endStream();
  else if (fault.kind === 'silence') connection.silence();
  else if (fault.code !== undefined) connection.streamError(fault.code, fault.conflict);
};

/** Takes a fault order: it hits open connections at once (`when: 'now'`), or waits for its connection. */
export function orderFault(network: Network, input: unknown): void {
  const fault = parseFault(input);
  if (fault.when !== 'now') return network.faults.arm(fault);
  const hit = [...network.connections].filter((connection) => matchesFault(fault, connection.target));
  for (const connection of hit) {
    network.events.emit({ kind: 'fault', connection: connection.id, fault: fault.kind });
    strike(connection, fault);
  }
}
