import { HolderGoneError } from '../errors.ts';
import { wactlClient } from './client-name.ts';

export type Question = {
  /** With its parameters. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** How long the other side may be silent. */
  readonly silentMs: number;
};

export type SocketAnswer = {
  /** "200" */
  readonly status: string;
  readonly text: string;
};

/** Far more than the record of a session takes. */
const longestAnswer = 16 * 1024 * 1024;
const headEnd = '\r\n\r\n';

/**
 * One GET to another process of this machine. The other end is this program too, and to load Node's client and to make its first request
 * takes a third of a bare start: `HttpClient` is for all else. Resolves when the question has left. `answer` rejects with
 * HolderGoneError when nobody listens there, or the connection is cut off; with the signal's reason when it is aborted.
 */
export async function askSocket(
  socketPath: string,
  { path, signal, silentMs }: Question,
): Promise<{ readonly answer: Promise<SocketAnswer> }> {
  const { connect } = await import('node:net');
  signal.throwIfAborted();
  const socket = connect(socketPath);
  const chunks: Buffer[] = [];
  let size = 0;
  const answer = new Promise<SocketAnswer>((resolve, reject) => {
    const abort = (): void => void socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    socket.setTimeout(silentMs, () => socket.destroy(new Error('the process was silent')));
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > longestAnswer) socket.destroy(new Error('the answer is too long'));
      else chunks.push(chunk);
    });
    socket.once('error', (cause) => reject(signal.aborted ? cause : new HolderGoneError({ cause })));
    socket.once('close', () => {
      signal.removeEventListener('abort', abort);
      const whole = read(Buffer.concat(chunks));
      if (whole) resolve(whole);
      else reject(new HolderGoneError());
    });
  });
  // A failure before the question has left is the answer's too.
  const isSent = new Promise((resolve) => socket.once('connect', resolve));
  // In version 1.0 the answer is not in pieces, and the other side closes after it.
  socket.write(
    `GET ${path} HTTP/1.0\r\naccept: application/json\r\nhost: wactl\r\nuser-agent: ${wactlClient}${headEnd}`,
  );
  await Promise.race([isSent, answer]);
  return { answer };
}

/** Undefined when it was cut off. */
function read(bytes: Buffer): SocketAnswer | undefined {
  const end = bytes.indexOf(headEnd);
  const head = bytes.toString('latin1', 0, Math.max(end, 0));
  const status = /^HTTP\/1\.\d (\d{3}) /.exec(head)?.[1];
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const body = bytes.subarray(end + headEnd.length);
  if (status === undefined || length === undefined || body.length !== Number(length)) return undefined;
  return { status, text: body.toString('utf8') };
}
