import { spawn } from 'node:child_process';

/** Tells the service manager something, such as "READY=1". Throws nothing: a service also runs without being watched. */
export type Notify = (...assignments: readonly string[]) => Promise<void>;

export type NotifyParts = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly warn: (sentence: string) => void;
};

/** Longer than systemd ever takes to read a message. */
const withinMs = 5_000;

/**
 * The protocol of sd_notify(3); undefined where no service manager asks for it. Node cannot send datagrams to Unix sockets, so
 * `systemd-notify` sends them, which is wherever systemd is. The unit needs NotifyAccess=all for that.
 */
export function systemdNotify({ env, warn }: NotifyParts): Notify | undefined {
  const { NOTIFY_SOCKET, PATH } = env;
  if (!NOTIFY_SOCKET) return undefined;
  let isWarned = false;
  const failed = (why: string): void => {
    if (!isWarned) warn(`systemd is not told how this service is doing: systemd-notify ${why}`);
    isWarned = true;
  };
  return (...assignments) =>
    new Promise((resolve) => {
      const child = spawn('systemd-notify', assignments, {
        env: { NOTIFY_SOCKET, PATH: PATH ?? '/usr/bin:/bin' },
        stdio: ['ignore', 'ignore', 'ignore'],
        timeout: withinMs,
      });
      child.once('error', ({ code }: NodeJS.ErrnoException) => {
        failed(code === 'ENOENT' ? 'is not installed' : `does not start (${code ?? 'unknown'})`);
        resolve();
      });
      child.once('close', (status, signal) => {
        if (status !== 0) failed(`ended with ${signal ?? `status ${String(status)}`}`);
        resolve();
      });
    });
}
