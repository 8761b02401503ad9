import type { HoldOptions } from '../ports/holder.ts';
import { abortable } from './abortable.ts';
import type { Stage, Work } from './work.ts';
import type { LiveStatus } from '../domain/held.ts';

/** Work that is over soon: everybody else waits for its end. */
export const taskWork = <T>(run: (stage: Stage) => Promise<T>): Work<T> => ({
  stays: false,
  looksIn: true,
  run,
});

/** A check, whose answer is for everybody who asks meanwhile. */
export function checkWork(run: (stage: Stage) => Promise<LiveStatus>): Work<LiveStatus> {
  let running: Promise<LiveStatus> | undefined;
  return {
    stays: false,
    looksIn: true,
    run: (stage) => (running = run(stage)),
    check: (_stage: Stage, { signal }: HoldOptions) =>
      running ? abortable(running, signal) : Promise.resolve(undefined),
  };
}
