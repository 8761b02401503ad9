import { ApiError } from './api-client.ts';
import type { ApiClient, EventLine } from './api-client.ts';

/** Whether events come. */
export type Link =
  | { readonly kind: 'live' }
  /** `words` say why not; the next try comes by itself. */
  | { readonly kind: 'lost'; readonly words: string; readonly retryInMs: number };

type FeedParts = {
  readonly client: ApiClient;
  readonly signal: AbortSignal;
  readonly onEvent: (line: EventLine) => void;
  readonly onLink: (link: Link) => void;
};

const firstRetryMs = 1_000;
const longestRetryMs = 10_000;

/** Follows the events of all sessions until the signal, by one stream at a time. Call the result to try again at once. */
export function liveFeed({ client, signal, onEvent, onLink }: FeedParts): () => void {
  let failures = 0;
  let again = (): void => undefined;
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      again = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const opened = (): void => {
    failures = 0;
    onLink({ kind: 'live' });
  };
  const follow = async (): Promise<string> => {
    try {
      for await (const line of client.follow('GET', 'events', { signal }, opened)) onEvent(line);
    } catch (error) {
      if (error instanceof ApiError && error.code !== 'stopping') return `No live updates: ${error.message}`;
    }
    return 'No answer from wactl';
  };
  void (async () => {
    while (!signal.aborted) {
      const words = await follow();
      if (signal.aborted) return;
      const retryInMs = Math.min(longestRetryMs, firstRetryMs * 2 ** failures++);
      onLink({ kind: 'lost', words, retryInMs });
      await wait(retryInMs);
    }
  })();
  signal.addEventListener('abort', () => again());
  return () => again();
}
