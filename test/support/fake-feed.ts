import type { Feed, FeedListener } from '../../src/ports/feed.ts';
import type { Observer } from '../../src/ports/observer.ts';

/** An observer whose events the listeners of the feed get at once. */
export function fakeFeed(): {
  readonly observer: Omit<Observer, 'note'> & { readonly note: FeedListener };
  readonly feed: Feed;
} {
  const listeners = new Set<FeedListener>();
  const tell: FeedListener = (id, event) => {
    for (const listener of [...listeners]) listener(id, event);
  };
  return {
    observer: {
      look: () => undefined,
      recorded: () => Promise.resolve(),
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
