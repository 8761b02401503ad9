import { setImmediate as turn } from 'node:timers/promises';
import type { Holder } from '../ports/holder.ts';
import type { Peers } from '../ports/peers.ts';
import { askSocket } from './ask-socket.ts';
import type { Question } from './ask-socket.ts';
import { holderPath, statusPath, timeoutOf } from './session-path.ts';
import { isSocketThere } from './socket-there.ts';

/** What can be asked without what it takes to hold sessions. */
export type QuickPeers = Pick<Peers, 'isThere'> & {
  at(socketPath: string): Promise<Pick<Holder, 'held' | 'check'>>;
};

/** As `HttpClient` has it, for an answer that is on its way when the time is over on the other side. */
const graceMs = 5_000;
const defaultSilentMs = 60_000;

/** The holders of other processes of this machine. What reads an answer is loaded while the other process works on it. */
export const quickPeers: QuickPeers = {
  at: (socketPath) =>
    Promise.resolve({
      async held({ id }, { signal }) {
        const { readHeld, json } = await ask(socketPath, {
          path: holderPath(id),
          signal,
          silentMs: defaultSilentMs,
        });
        return readHeld(json);
      },
      async check(session, { signal, timeoutMs }) {
        const path = statusPath(session.id, timeoutOf({ ...(timeoutMs !== undefined && { timeoutMs }) }));
        const silentMs = timeoutMs === undefined ? defaultSilentMs : timeoutMs + graceMs;
        const { readStatus, withSettings, json } = await ask(socketPath, { path, signal, silentMs });
        return withSettings(readStatus(json), session);
      },
    }),
  isThere: isSocketThere,
};

async function ask(socketPath: string, question: Question) {
  const { answer } = await askSocket(socketPath, question);
  // Other questions leave first, too: loading blocks this process.
  const loading = turn().then(() => import('./read-peer.ts'));
  const [{ status, text }, reading] = await Promise.all([answer, loading]);
  const json = reading.parsed(text);
  if (status !== '200') throw reading.failureIn(json);
  return { ...reading, json };
}
