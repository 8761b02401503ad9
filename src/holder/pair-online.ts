import type { KeepOptions, OnHolderEvent } from '../ports/holder.ts';
import type { Session } from '../domain/session.ts';
import { abortable } from './abortable.ts';
import type { SessionRunner } from './session-runner.ts';
import { PairOnlineTask } from './pair-online-task.ts';
import type { ActionResult } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

/**
 * Takes a session to pair it and to keep it online from then on. Resolves as soon as it is logged in, and reports its
 * events until then; throws the error that ended it earlier. Null when another process has it.
 */
export async function pairOnline(
  goal: PairGoal,
  { signal, timeoutMs, maxRetries }: KeepOptions,
  onEvent: OnHolderEvent,
  take: (task: PairOnlineTask, onEvent: OnHolderEvent) => SessionRunner<ActionResult>,
): Promise<{ readonly value: Session } | null> {
  const task = new PairOnlineTask(goal, timeoutMs, maxRetries);
  let isWaiting = true;
  const held = take(task, (event) => {
    if (isWaiting) onEvent(event);
  });
  try {
    const paired = new Promise<{ value: Session }>((resolve) => {
      task.paired.then((value) => resolve({ value }), ignore);
    });
    const ended = held.outcome.then((outcome) => outcome && task.paired.then((value) => ({ value })));
    // Once it is logged in, nothing here waits for its end.
    ended.catch(ignore);
    return await abortable(Promise.race([paired, ended]), signal);
  } finally {
    isWaiting = false;
  }
}

const ignore = (): void => undefined;
