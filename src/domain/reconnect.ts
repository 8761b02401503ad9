import { closeTable } from './close-table.ts';
import type { CloseReason } from './close.ts';

/** The next step after a close. */
export type NextStep =
  | { readonly do: 'reconnect'; readonly delayMs: number; readonly retries: number }
  | { readonly do: 'refresh_version' }
  | { readonly do: 'stop'; readonly usedUp: boolean };

export type ReconnectState = {
  readonly retries: number;
  readonly maxRetries: number;
  /** Whether the client version was already fetched again since the last login. */
  readonly versionRefreshed: boolean;
  /** Whether a free reconnect was already taken since the last good login: the next one counts. */
  readonly freeTaken: boolean;
};

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

/**
 * Decides by the close table. `random` in [0, 1) spreads the delay over the middle half of what it may be: were it
 * spread over all of it, an unlucky session of many would fail often in a short outage, and then wait long.
 */
export function nextStep(reason: CloseReason, state: ReconnectState, random: number): NextStep {
  const { next } = closeTable[reason];
  switch (next === 'free' && state.freeTaken ? 'retry' : next) {
    case 'free':
      return { do: 'reconnect', delayMs: 0, retries: state.retries };
    case 'refresh_version':
      return state.versionRefreshed ? { do: 'stop', usedUp: false } : { do: 'refresh_version' };
    case 'final':
      return { do: 'stop', usedUp: false };
    case 'retry': {
      if (state.retries >= state.maxRetries) return { do: 'stop', usedUp: true };
      const ceilingMs = Math.min(longestDelayMs, firstDelayMs * 2 ** state.retries);
      return {
        do: 'reconnect',
        delayMs: Math.floor((0.25 + random / 2) * ceilingMs),
        retries: state.retries + 1,
      };
    }
  }
}
