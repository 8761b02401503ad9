import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A line of TCP to a port of this machine, which can be cut. */
export type Line = {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Ends what is open, and refuses all else. */
  cut(): void;
  /** Passes nothing on, and says nothing: what is sent meanwhile arrives late. */
  stall(): void;
  /** Passes nothing on any more of what is open, and says nothing, ever; what is opened from now on it does. */
  forget(): void;
  /** What is opened from now on leads to another port. */
  lead(to: number): void;
  /** Passes everything on again, first what waited. */
  heal(): void;
  close(): Promise<void>;
};

/** A reset while the end of a socket is under way fails (EINVAL), and its thread can then not be ended any more: Node 20 to 24. */
const reset = (socket: Socket): unknown =>
  socket.writableEnded ? socket.destroy() : socket.resetAndDestroy();

export async function startLine(target: number): Promise<Line> {
  let to = target;
  const pairs = new Set<readonly [Socket, Socket]>();
  const forgotten = new Set<readonly [Socket, Socket]>();
  let state: 'open' | 'cut' | 'stalled' = 'open';
  const join = (near: Socket): void => {
    const pair = [near, connect({ port: to, host: '127.0.0.1', allowHalfOpen: true })] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const [at, socket] of pair.entries()) {
      socket.setNoDelay(true).on('error', end).on('close', end);
      socket.on('data', (bytes: Buffer) => void pair[1 - at]?.write(bytes));
      socket.on('end', () => void pair[1 - at]?.end());
    }
    if (state === 'stalled') for (const socket of pair) socket.pause();
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (state === 'cut') near.resetAndDestroy();
    else join(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    state = 'cut';
    for (const pair of pairs) for (const socket of pair) reset(socket);
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    stall() {
      state = 'stalled';
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    lead(port) {
      to = port;
    },
    forget() {
      for (const pair of pairs) {
        for (const socket of pair) socket.pause();
        forgotten.add(pair);
        pairs.delete(pair);
      }
    },
    heal() {
      state = 'open';
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    async close() {
      cut();
      for (const pair of forgotten) for (const socket of pair) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
