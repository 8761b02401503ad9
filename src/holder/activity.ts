import type { Session } from '../session/session.ts';
import type { HolderParts } from './parts.ts';

const writeEveryMs = 5_000;

/** Counts a session's messages in memory and writes them down every few seconds and at the end. */
export type Activity = { note(): void; end(): Promise<void> };

export function startActivity({ store, clock }: HolderParts, session: Session): Activity {
  const ended = new AbortController();
  let { messageCount, lastSeenAt } = session;
  let written = Promise.resolve<unknown>(undefined);
  let pending = false;

  const write = (): void => {
    pending = false;
    written = written.then(() => store.update(session.id, { messageCount, lastSeenAt }));
  };
  return {
    note() {
      messageCount += 1;
      lastSeenAt = clock.now();
      if (pending) return;
      pending = true;
      clock.sleep(writeEveryMs, ended.signal).then(write, () => undefined);
    },
    async end() {
      ended.abort();
      if (pending) write();
      await written;
    },
  };
}
