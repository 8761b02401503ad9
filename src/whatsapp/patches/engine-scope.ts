// Two habits of the underlying libraries cannot be switched off: libsignal prints whole sessions, private keys
// included, with console.info and console.warn; and Baileys leaves timers that nothing can cancel (30 s after each
// pre-key upload, 60 s for each open query, more in rare paths), which keep a finished process alive. Asynchronous
// context catches both: the work for a connection runs in its scope, and the global console and timer functions,
// wrapped once, check whether they are called inside one. Other code's console and timers stay as they are.
import { AsyncLocalStorage } from 'node:async_hooks';

/** The asynchronous context of one connection. */
export type EngineScope = {
  readonly run: <T>(work: () => T) => T;
  /** Cancels every timer that was made inside and still runs. */
  readonly clearTimers: () => void;
};

type Inside = { readonly timers: Set<NodeJS.Timeout> };

const scopes = new AsyncLocalStorage<Inside | undefined>();

export function createEngineScope(): EngineScope {
  const inside: Inside = { timers: new Set() };
  return {
    run: (work) => scopes.run(inside, work),
    clearTimers: () => {
      for (const timer of inside.timers) clearTimeout(timer);
      inside.timers.clear();
    },
  };
}

/** Calls `work` outside any scope: for events that the rest of the program handles. */
export const outsideScope = <T>(work: () => T): T => scopes.run(undefined, work);

type AnyFunction = (...values: never[]) => unknown;

/** Replaces a global function and keeps its properties (`util.promisify.custom`). */
function wrapGlobal(
  name: 'setTimeout' | 'setInterval' | 'clearTimeout' | 'clearInterval',
  by: AnyFunction,
): void {
  Object.defineProperties(by, Object.getOwnPropertyDescriptors(globalThis[name]));
  Object.defineProperty(globalThis, name, {
    value: by,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

const { setTimeout: startTimeout, setInterval: startInterval, clearTimeout: stopTimer } = globalThis;

wrapGlobal('setTimeout', (call: (...values: unknown[]) => void, delayMs?: number, ...values: unknown[]) => {
  const timers = scopes.getStore()?.timers;
  if (!timers) return startTimeout(call, delayMs, ...values);
  const timer = startTimeout(() => {
    timers.delete(timer);
    call(...values);
  }, delayMs);
  timers.add(timer);
  return timer;
});

wrapGlobal('setInterval', (call: (...values: unknown[]) => void, delayMs?: number, ...values: unknown[]) => {
  const timer = startInterval(call, delayMs, ...values);
  scopes.getStore()?.timers.add(timer);
  return timer;
});

for (const name of ['clearTimeout', 'clearInterval'] as const) {
  wrapGlobal(name, (timer: NodeJS.Timeout) => {
    scopes.getStore()?.timers.delete(timer);
    stopTimer(timer);
  });
}

for (const name of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) {
  const print = globalThis.console[name].bind(globalThis.console);
  globalThis.console[name] = (...values: unknown[]) => {
    if (!scopes.getStore()) print(...values);
  };
}
