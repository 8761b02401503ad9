// Every command loads this file, and few need node:net, which is loaded when it is called.

/** Longer than any process needs to take a connection, unless it is stopped; then it counts as there. */
const connectTimeoutMs = 500;

/** Only a refusal and a missing file mean that no process listens there. */
export async function isSocketThere(socketPath: string): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
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
}

/** Longer than a running process takes to answer, and short enough to wait for. */
const usualTimeoutMs = 300;

/**
 * Whether the process behind a socket is running and not only there: a stopped one takes connections and answers nothing. What is
 * sent is no request, so that Node's server refuses it (400) by itself, and nothing is loaded there for it.
 */
export async function doesSocketAnswer(socketPath: string, timeoutMs = usualTimeoutMs): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => socket.write('?\r\n\r\n'));
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('end', () => end(false));
  });
}
