import { seededRandom } from '../support/seeded-random.ts';
import { randomRound, runRound } from './round.ts';
import type { Round, RoundResult } from './round.ts';

export type CrashRun = {
  readonly seed: number;
  readonly rounds: number;
  /** Rounds at the same time. */
  readonly lanes: number;
  /** No round begins after this. */
  readonly endAt: number;
};

export type CrashReport = { readonly lines: readonly string[]; readonly disagreements: readonly string[] };

/** Runs random rounds, each with its own seed, and reports the results. */
export async function runRounds({ seed, rounds, lanes, endAt }: CrashRun): Promise<CrashReport> {
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const disagreements: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < rounds && Date.now() < endAt) {
      const roundSeed = seed + next++;
      const round = randomRound(seededRandom(roundSeed));
      const result = await runRound(round).catch((error: unknown): RoundResult => {
        return { isHit: true, end: 'gone', disagreements: [`the round failed: ${String(error)}`] };
      });
      count('rounds');
      count(result.isHit ? kindOf(round) : 'too late');
      count(result.end);
      for (const what of result.disagreements)
        disagreements.push(`seed ${String(roundSeed)}, ${words(round)}: ${what}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const told = ['rounds', 'kills', 'signals', 'deletes', 'too late', 'works', 'not paired', 'gone'];
  const figures = told.map((what) => `${what} ${String(counts.get(what) ?? 0)}`).join(', ');
  const summary = `crash: seed ${String(seed)}, ${figures}, disagreements ${String(disagreements.length)}`;
  return { lines: [...disagreements, summary], disagreements };
}

const kindOf = ({ blow }: Round): string =>
  blow === 'SIGKILL' ? 'kills' : blow === 'delete' ? 'deletes' : 'signals';

const words = ({ scenario, step, blow, delayMs, slowMs }: Round): string =>
  `${scenario.name}, ${blow} ${String(delayMs)} ms after ${step}${slowMs > 0 ? ', slow line' : ''}`;
