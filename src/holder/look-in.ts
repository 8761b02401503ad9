import { runReconnectLoop } from './reconnect-loop.ts';
import type { LoopOptions } from './reconnect-loop.ts';
import type { TaskContext } from './task.ts';

/**
 * Logs in once, passively, runs `work` on the connection, and closes it. Throws what the loop throws: the close, or the
 * signal's reason.
 */
export const lookIn = (
  { parts, session, tell }: TaskContext,
  signal: AbortSignal,
  work: LoopOptions['onLogin'],
): Promise<void> =>
  runReconnectLoop(parts, session, {
    goal: () => ({ kind: 'login', passive: true }),
    maxRetries: 0,
    storedBudget: false,
    signal,
    onEvent: tell,
    onLogin: work,
  });
