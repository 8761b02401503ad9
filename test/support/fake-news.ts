import type { News } from '../../src/ports/news.ts';

/** News that the test tells. */
export function fakeNews(): { readonly news: News; readonly tell: () => void } {
  const listeners = new Set<() => void>();
  return {
    news: {
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    tell: () => listeners.forEach((listener) => listener()),
  };
}
