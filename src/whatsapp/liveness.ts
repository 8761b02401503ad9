import type { Deadlines } from './deadlines.ts';

/** Whether the other side of a socket is still there. */
export type Liveness = {
  /** When anything last came from it; null when nothing has. */
  readonly heardAt: Date | null;
  /** Something came from it. */
  readonly hear: () => void;
  /** It was asked something: from now on it has a limited time to say anything at all. */
  readonly asked: () => void;
  /** Asks by itself, every `keepAliveMs`. */
  readonly keepAsking: (ping: () => void) => void;
  readonly end: () => void;
};

/**
 * The rule: it is asked something at least every `keepAliveMs`, and when nothing at all is heard for `deafMs` after a
 * question, it is deaf, and `onDeaf` is called. Timers measure that, and no clock: the keep-alive of Baileys compares
 * times of day, so that a clock set forward ends every connection, and one set back by an hour keeps a dead one for as
 * long (rc14, Socket/socket.js, startKeepAliveRequest).
 */
export function watchLiveness(
  { keepAliveMs, deafMs }: Pick<Deadlines, 'keepAliveMs' | 'deafMs'>,
  onDeaf: () => void,
): Liveness {
  let heardAt: Date | null = null;
  let unanswered: NodeJS.Timeout | undefined;
  let asking: NodeJS.Timeout | undefined;
  // While this process stood still, an answer may have come: that is read first.
  const listenOnce = (): void => void setImmediate(() => unanswered && onDeaf());
  const asked = (): void => void (unanswered ??= setTimeout(listenOnce, deafMs));
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
      answered();
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
