import type { Session } from '../domain/session.ts';
import type { HolderParts } from './parts.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { SessionPatch } from '../domain/session-change.ts';

const writeEveryMs = 5_000;

/**
 * Counts a session's messages and activity, and stores the counts every few seconds and at the end. If a write fails,
 * the next write includes its counts.
 */
export type Activity = {
  note(event: HolderEvent): void;
  /** Throws when a write failed. */
  end(): Promise<void>;
};

export function startActivity({ store, clock }: HolderParts, session: Session): Activity {
  const ended = new AbortController();
  let { messageCount } = session;
  let news: SessionPatch | null = null;
  let isPlanned = false;
  let written = Promise.resolve<unknown>(undefined);

  const write = async (): Promise<void> => {
    isPlanned = false;
    const patch = news;
    news = null;
    try {
      if (patch) await store.update(session.id, patch);
    } catch (error) {
      news = { ...patch, ...(news as SessionPatch | null) };
      throw error;
    }
  };
  const plan = (): void => {
    isPlanned = true;
    const wait = clock.sleep(writeEveryMs, ended.signal);
    wait.then(
      () => (written = write().catch(() => undefined)),
      () => undefined,
    );
  };
  const keep = (patch: SessionPatch): void => {
    if (!isPlanned) plan();
    news = { ...news, ...patch };
  };
  return {
    note(event) {
      if (event.kind === 'message') keep({ messageCount: ++messageCount, lastSeenAt: clock.now() });
      if (event.kind === 'push_name') keep({ pushName: event.pushName });
    },
    async end() {
      ended.abort();
      await written;
      await write();
    },
  };
}
