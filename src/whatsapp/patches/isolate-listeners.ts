import type { EventEmitter } from 'node:events';

/**
 * Isolates the failures of an emitter's listeners. Otherwise a listener that throws would keep the event from later
 * listeners and interrupt the emitter: Baileys' event buffer then keeps the event and fails at every later flush, and
 * the frames behind it are never handled (rc14, Utils/event-buffer.js, Utils/noise-handler.js). A listener that
 * rejects, as Baileys' asynchronous handlers do on a closing socket, would end the process.
 */
export function isolateListeners(emitter: EventEmitter, onFailure: (error: unknown) => void): void {
  emitter.emit = (name: string | symbol, ...values: unknown[]) => {
    const listeners = emitter.rawListeners(name);
    for (const listener of listeners) {
      try {
        const result: unknown = Reflect.apply(listener, emitter, values);
        if (result instanceof Promise) result.catch(onFailure);
      } catch (error) {
        onFailure(error);
      }
    }
    return listeners.length > 0;
  };
}
