import { connect } from 'node:net';

/** Longer than any process needs to take a connection, unless it is stopped; then it counts as there. */
const connectTimeoutMs = 500;

/** Only a refusal and a missing file mean that no process listens there. */
export const isSocketThere = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(socketPath);
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(connectTimeoutMs, () => end(true));
    socket.once('connect', () => end(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      end(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    );
  });
