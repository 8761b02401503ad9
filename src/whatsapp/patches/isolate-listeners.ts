import type { EventEmitter } from 'node:events';

/**
 * Has every listener of an emitter fail for itself. Otherwise one that throws keeps the event from the listeners after
 * it and ends whatever emitted it: Baileys' event buffer then keeps the event and fails at every later flush, and the
 * frames behind it are left lying (rc14, Utils/event-buffer.js, Utils/noise-handler.js); one that rejects, as Baileys'
 * asynchronous handlers do on a closing socket, would end the process.
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
