import type { HolderEvent } from '../domain/held.ts';

/** What happens to a session that this process holds; `released` is the last of it. */
export type FeedEvent = HolderEvent | { readonly kind: 'released' };

export type FeedListener = (id: string, event: FeedEvent) => void;

/** Tells what happens to all sessions that this process holds, from now on. Call what it returns to hear no more. */
export type Feed = (listener: FeedListener) => () => void;
