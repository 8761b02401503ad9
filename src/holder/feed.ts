import type { HolderEvent } from '../session/holder.ts';
import type { Observer } from './parts.ts';

/** What happens to a session that this process holds; `released` is the last of it. */
export type FeedEvent = HolderEvent | { readonly kind: 'released' };

export type FeedListener = (id: string, event: FeedEvent) => void;

/** Tells what happens to all sessions that this process holds, from now on. Call what it returns to hear no more. */
export type Feed = (listener: FeedListener) => () => void;

/** An observer that passes on to whoever listens. */
export function createFeed(): { readonly observer: Observer; readonly feed: Feed } {
  const listeners = new Set<FeedListener>();
  const tell: FeedListener = (id, event) => {
    for (const listener of [...listeners]) listener(id, event);
  };
  return {
    observer: {
      note: tell,
      release(id) {
        tell(id, { kind: 'released' });
        return Promise.resolve();
      },
    },
    feed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
