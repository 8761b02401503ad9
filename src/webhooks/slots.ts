/** Limits how many tasks run at once; first come, first served. */
export type Slots = {
  /** Runs `work` once there is room. Throws the signal's reason when that is aborted while waiting. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
};

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];

  const take = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return resolve();
      }
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(proceed), 1);
        reject(signal.reason as Error);
      };
      const proceed = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.push(proceed);
    });
  const giveBack = (): void => {
    const proceed = waiting.shift();
    if (proceed) proceed();
    else free += 1;
  };
  return {
    async run(signal, work) {
      await take(signal);
      try {
        return await work();
      } finally {
        giveBack();
      }
    },
  };
}
