import type { Deadlines } from './deadlines.ts';

/** Whether the other side of a socket is still there. */
export type Liveness = {
  /** When anything last came from it; null when nothing has. */
  readonly heardAt: Date | null;
  /** Call it when something has arrived. */
  readonly hear: () => void;
  /** Call it when a question was sent: from now on the other side has a limited time to send anything at all. */
  readonly asked: () => void;
  /** Sends a ping every `keepAliveMs`. */
  readonly keepAsking: (ping: () => void) => void;
  readonly end: () => void;
};

/**
 * The other side gets a question at least every `keepAliveMs`. If nothing at all arrives for `deafMs` after a question,
 * it counts as deaf, and `onDeaf` is called. Timers measure this, not the clock: Baileys' own keep-alive compares times
 * of day, so a clock set forward ends every connection, and a clock set back by an hour keeps a dead one for an hour
 * (rc14, Socket/socket.js, startKeepAliveRequest). `waiting`: how many frames have arrived that are not handled yet, and
 * so are no answer to a question that is asked now.
 */
export function watchLiveness(
  { keepAliveMs, deafMs }: Pick<Deadlines, 'keepAliveMs' | 'deafMs'>,
  onDeaf: () => void,
  waiting: () => number = () => 0,
): Liveness {
  let heardAt: Date | null = null;
  let unanswered: NodeJS.Timeout | undefined;
  let asking: NodeJS.Timeout | undefined;
  // An answer may have arrived while this process was suspended: read it first.
  const listenOnce = (): void => void setImmediate(() => unanswered && onDeaf());
  let early = 0;
  const asked = (): void => {
    if (unanswered) return;
    early = waiting();
    unanswered = setTimeout(listenOnce, deafMs);
  };
  const answered = (): void => {
    clearTimeout(unanswered);
    unanswered = undefined;
  };
  return {
    get heardAt() {
      return heardAt;
    },
    hear() {
      heardAt = new Date();
      if (early > 0) early -= 1;
      else answered();
    },
    asked,
    keepAsking(ping) {
      asking = setInterval(() => {
        asked();
        ping();
      }, keepAliveMs);
    },
    end() {
      clearInterval(asking);
      answered();
    },
  };
}
