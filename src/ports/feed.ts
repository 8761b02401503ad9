import type { HolderEvent } from '../domain/held.ts';

/** An event of a session that this process holds; `released` is the last one. */
export type FeedEvent = HolderEvent | { readonly kind: 'released' };

export type FeedListener = (id: string, event: FeedEvent) => void;

/** Reports the events of all sessions that this process holds, from now on. Call the result to stop. */
export type Feed = (listener: FeedListener) => () => void;
