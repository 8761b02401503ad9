type Emitter = { emit(event: string, ...values: unknown[]): boolean };

const askAgainMs = 2;

/**
 * Baileys 6.7 does not wait for the keys of a new connection, which it derives in Node's thread pool (6.7.24, Socket/socket.js,
 * `noise.finishInit()`). It takes a frame that comes before them for a part of the handshake, and can read none after it. So such a
 * frame, and what comes after it, is given to it again until it has the keys. Baileys 7 waits.
 */
export function repeatEarlyFrames(ws: Emitter): void {
  const emit = ws.emit.bind(ws);
  const waiting: unknown[][] = [];
  let hasHello = false;
  let isEarly = false;
  let timer: NodeJS.Timeout | undefined;

  /** Whether Baileys could read it. */
  const give = (values: unknown[]): boolean => {
    isEarly = false;
    emit('message', ...values);
    return !isEarly;
  };
  const giveAll = (): void => {
    timer = undefined;
    for (let next = waiting[0]; next && give(next); next = waiting[0]) waiting.shift();
    if (waiting.length > 0) timer = setTimeout(giveAll, askAgainMs);
  };
  ws.emit = (event, ...values) => {
    if (event === 'message') {
      waiting.push(values);
      if (!timer) giveAll();
      return true;
    }
    // What is decrypted is a node.
    if (event === 'frame' && values[0] instanceof Uint8Array) {
      isEarly = hasHello;
      hasHello = true;
      if (isEarly) return true;
    }
    if (event === 'close') {
      clearTimeout(timer);
      waiting.length = 0;
    }
    return emit(event, ...values);
  };
}
