import type { Finding } from '../domain/finding.ts';

/** One thing that `doctor` looks at. Each room makes those of its own. */
export interface Check {
  /** As scripts see it; one word. */
  readonly name: string;
  /** Names of checks without which this one makes no sense: when one of them has failed, it is not made. */
  readonly needs?: readonly string[];
  /** With those of the checks that it needs at most 10 s, unless it needs the network. */
  readonly timeoutMs: number;
  /** Changes nothing. A WactlError that it throws is what it has found. */
  examine(signal: AbortSignal): Promise<Finding>;
  /** By default `timeoutMs`. */
  readonly mendTimeoutMs?: number;
  /** Mends what is safe to mend unasked, so that nothing is lost; resolves to a sentence for each thing that it did. */
  mend?(signal: AbortSignal): Promise<readonly string[]>;
}

export type DoctorOptions = {
  readonly signal: AbortSignal;
  /** Leave out what needs the network. */
  readonly offline: boolean;
  /** Mend what is safe to mend, then look again. */
  readonly fix: boolean;
};
