// Baileys creates an AsyncLocalStorage for each socket and never disables it, and Node 20 does work for every one of
// them whenever anything asynchronous begins: 800 sessions, closed ones included, made a process crawl. In the bundle
// Baileys gets this class instead, whose instances share one storage (.config/engine-plugins.js).
import { AsyncLocalStorage } from 'node:async_hooks';

type Frame = { readonly of: unknown; readonly value: unknown; readonly outer: Frame | undefined };

const frames = new AsyncLocalStorage<Frame>();

/** Keeps a value for everything that `work` starts, as AsyncLocalStorage does, at no cost to other code. */
export class SharedStorage<T> {
  run<R>(value: T, work: () => R): R {
    return frames.run({ of: this, value, outer: frames.getStore() }, work);
  }

  getStore(): T | undefined {
    let frame = frames.getStore();
    while (frame && frame.of !== this) frame = frame.outer;
    return frame?.value as T | undefined;
  }
}
