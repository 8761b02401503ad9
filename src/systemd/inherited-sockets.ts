/** The first descriptor that a service manager passes on (sd_listen_fds(3)). */
const firstFd = 3;

export type Inherited = { readonly fd: number; readonly name: string };

/** The listening sockets that systemd has opened for this process (LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES), in order. */
export function inheritedSockets(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): readonly Inherited[] {
  const count = Number(env['LISTEN_FDS'] ?? 0);
  // They are meant for another process, of which this one is a child.
  if (env['LISTEN_PID'] !== String(pid) || !Number.isSafeInteger(count)) return [];
  const names = env['LISTEN_FDNAMES']?.split(':') ?? [];
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    fd: firstFd + index,
    name: names[index] || String(firstFd + index),
  }));
}
