import type { HoldOptions } from '../ports/holder.ts';
import { abortable } from './abortable.ts';
import type { TaskContext, Task } from './task.ts';
import type { LiveStatus } from '../domain/held.ts';

/** A task that ends soon: other callers wait for its end. */
export const singleTask = <T>(run: (context: TaskContext) => Promise<T>): Task<T> => ({
  stays: false,
  looksIn: true,
  run,
});

/** A check whose answer also goes to callers that ask meanwhile. */
export function checkTask(run: (context: TaskContext) => Promise<LiveStatus>): Task<LiveStatus> {
  let running: Promise<LiveStatus> | undefined;
  return {
    stays: false,
    looksIn: true,
    run: (context) => (running = run(context)),
    check: (_context: TaskContext, { signal }: HoldOptions) =>
      running ? abortable(running, signal) : Promise.resolve(undefined),
  };
}
