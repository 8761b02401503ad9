import type { Clock } from '../ports/clock.ts';
import { systemdNotify } from './notify.ts';
import type { Notify, NotifyParts } from './notify.ts';
import { watchdogInterval, watchOver } from './watchdog.ts';

/** What a service manager wants to know. Each call returns at once and changes nothing where none is. */
export type ServiceManager = {
  /** Clients can come; `status` is a line for people, and tells the watchdog to begin. */
  ready(status: string): void;
  /** Call `ready` when it is done. */
  reloading(): void;
  stopping(): void;
  /** Resolves when everything has been told. */
  end(): Promise<void>;
};

export type ServiceManagerParts = NotifyParts & {
  readonly pid: number;
  readonly clock: Clock;
  /** The time since the machine was started, in microseconds. */
  readonly monotonicMicros: () => bigint;
  /** Rejects, or never answers, when this process is no longer worth keeping. */
  readonly check: () => Promise<void>;
};

/** systemd, or any other that sets NOTIFY_SOCKET. */
export function serviceManager(parts: ServiceManagerParts): ServiceManager {
  const notify = systemdNotify(parts);
  if (!notify) return nobody;
  const ended = new AbortController();
  const tell = inTurn(notify);
  let watching: Promise<void> | undefined;
  const intervalMs = watchdogInterval(parts.env, parts.pid);
  return {
    ready(status) {
      void tell('READY=1', `MAINPID=${String(parts.pid)}`, `STATUS=${status.replaceAll('\n', ' ')}`);
      if (intervalMs !== undefined) {
        watching ??= watchOver({
          ...parts,
          intervalMs,
          tell: () => tell('WATCHDOG=1'),
          signal: ended.signal,
        });
      }
    },
    reloading: () => void tell('RELOADING=1', `MONOTONIC_USEC=${String(parts.monotonicMicros())}`),
    stopping: () => void tell('STOPPING=1'),
    async end() {
      ended.abort();
      await watching;
      await tell();
    },
  };
}

const nobody: ServiceManager = {
  ready: () => undefined,
  reloading: () => undefined,
  stopping: () => undefined,
  end: () => Promise.resolve(),
};

/** One message after the other, so that they arrive in order. Without words it waits for those before it. */
function inTurn(notify: Notify): Notify {
  let last = Promise.resolve();
  return (...assignments) =>
    (last = last.then(() => (assignments.length > 0 ? notify(...assignments) : undefined)));
}
