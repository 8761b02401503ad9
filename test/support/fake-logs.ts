import { InterruptedError } from '../../src/errors.ts';
import type { SessionLogs } from '../../src/ports/logs.ts';

/** Logs in memory, by id, in batches of lines; one that is followed gets the second batch, and then the interruption. */
export const fakeLogs = (of: Readonly<Record<string, readonly (readonly string[])[]>>): SessionLogs => ({
  has: (id) => Promise.resolve(id in of),
  async *lines(id, { follow }) {
    const [first = [], second = []] = of[id] ?? [];
    yield first;
    if (!follow) return;
    yield second;
    throw await Promise.resolve(new InterruptedError('SIGINT'));
  },
});
