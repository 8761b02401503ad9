import type { Answer } from './post.ts';
import { retryAfterMs } from './retry-after.ts';
import type { AttemptOutcome, Receiver } from '../domain/delivery.ts';

const firstDelayMs = 2_000;
const longestDelayMs = 3_600_000;

/** Statuses from 400 to 499 that may pass with time. */
const passing: readonly number[] = [408, 425, 429];
/** What a server answers that has no such address, or does not let anybody get to it: mostly a wrong deploy. */
const absent: readonly number[] = [401, 403, 404, 405, 421];
const saysWhen: readonly number[] = [429, 503];

export type AttemptFacts = {
  readonly url: string;
  /** Before the attempt, at this url. */
  readonly receiver: Receiver;
  readonly now: Date;
  /** In [0, 1). */
  readonly random: number;
};

/**
 * The outcome of an answer. 2xx: delivered. 410: the webhook is turned off. 400, 422 and the like: the event was refused, and
 * the next one follows. Everything else is retried, also a redirect and 404: the address is wrong, and a person may
 * correct it with nothing lost.
 */
export function outcomeOf(answer: Answer, { url, receiver, now, random }: AttemptFacts): AttemptOutcome {
  if (answer.kind === 'status') {
    const { status } = answer;
    if (status >= 200 && status < 300) return { kind: 'delivered', url };
    if (status === 410)
      return { kind: 'gone', url, error: 'the receiver answered 410: it wants no more events' };
    if (status >= 400 && status < 500 && ![...passing, ...absent].includes(status)) {
      return { kind: 'refused', url, error: `the receiver answered ${String(status)}` };
    }
  }
  const askedMs =
    answer.kind === 'status' && saysWhen.includes(answer.status) ? retryAfterMs(answer.retryAfter, now) : 0;
  return {
    kind: 'retry',
    url,
    error: words(answer),
    waitMs: askedMs + backOffMs(receiver.failures, random),
    ...(answer.kind === 'status' && absent.includes(answer.status) ? { isAbsent: true } : {}),
  };
}

/** Full jitter: anything up to a ceiling that doubles with each failure, from 2 s to an hour. */
const backOffMs = (failures: number, random: number): number =>
  Math.floor(random * Math.min(longestDelayMs, firstDelayMs * 2 ** failures));

function words(answer: Answer): string {
  if (answer.kind === 'none') return answer.why;
  const { status } = answer;
  const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
  return `the receiver answered ${String(status)}${redirect}`;
}
