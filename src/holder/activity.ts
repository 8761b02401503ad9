import type { HolderEvent } from '../session/holder.ts';
import type { SessionPatch } from '../session/session-store.ts';
import type { Session } from '../session/session.ts';
import type { HolderParts } from './parts.ts';

const writeEveryMs = 5_000;

/** Keeps count of what happens on a session and writes it down every few seconds and at the end. */
export type Activity = {
  note(event: HolderEvent): void;
  /** Throws when something could not be written. */
  end(): Promise<void>;
};

export function startActivity({ store, clock }: HolderParts, session: Session): Activity {
  const ended = new AbortController();
  let { messageCount } = session;
  let news: SessionPatch | null = null;
  let written = Promise.resolve<unknown>(undefined);

  const write = (): void => {
    const patch = news;
    news = null;
    if (patch) written = written.then(() => store.update(session.id, patch));
    // Told at the end; until then nobody waits for it.
    written.catch(() => undefined);
  };
  const keep = (patch: SessionPatch): void => {
    if (!news) clock.sleep(writeEveryMs, ended.signal).then(write, () => undefined);
    news = { ...news, ...patch };
  };
  return {
    note(event) {
      if (event.kind === 'message') keep({ messageCount: ++messageCount, lastSeenAt: clock.now() });
      if (event.kind === 'push_name') keep({ pushName: event.pushName });
    },
    async end() {
      ended.abort();
      write();
      await written;
    },
  };
}
