import { WactlError } from '../errors.ts';
import { ClosedError, closeTable } from '../session/close.ts';
import type { ActionResult, Holder, LiveStatus } from '../session/holder.ts';
import type { Session } from '../session/session.ts';
import { startActivity } from './activity.ts';
import { checkSession } from './check.ts';
import { startDeadline } from './deadline.ts';
import { logoutSession } from './logout.ts';
import type { HolderParts } from './parts.ts';
import { runReconnectLoop } from './reconnect-loop.ts';

/** How often a pairing that is proven tries to log in before it leaves that to the next command. */
const loginRetriesAfterPairing = 3;

/** Holds sessions in this process, for as long as each call runs. */
export function createHolder(parts: HolderParts): Holder {
  const { store, clock } = parts;
  return {
    async pair(session, goal, { signal, timeoutMs }, onEvent) {
      const deadline = startDeadline(clock, signal, timeoutMs, () => pairedTooLate(session));
      try {
        await runReconnectLoop(parts, session, {
          goal,
          maxRetries: loginRetriesAfterPairing,
          storedBudget: false,
          signal: deadline.signal,
          onEvent,
          // The limit is for the person with the phone; a login has the engine's own.
          onPaired: () => deadline.end(),
          onLogin: () => true,
        });
      } finally {
        deadline.end();
      }
      return (await store.get(session.id)) ?? session;
    },

    check: (session, options) => checkSession(parts, session, options),

    async keepOnline(session, { signal, maxRetries }, onEvent) {
      // A session that was given up starts with a new budget: somebody asked for it.
      const start = session.status === 'failed' ? await store.update(session.id, { retries: 0 }) : session;
      const activity = startActivity(parts, start);
      try {
        await runReconnectLoop(parts, start, {
          goal: { kind: 'login' },
          maxRetries,
          storedBudget: true,
          signal,
          onEvent: (event) => {
            activity.note(event);
            onEvent(event);
          },
          onLogin: () => false,
        });
      } finally {
        await activity.end();
      }
      throw new WactlError('internal', `${session.id} was let go of for no reason`);
    },

    disconnect: (session) =>
      Promise.resolve({ id: session.id, status: session.status, details: 'already disconnected' }),

    restart: async (session, options) => restarted(await checkSession(parts, session, options)),

    logout: (session, options) => logoutSession(parts, session, options),

    bringOnline: ({ id }) => Promise.reject(new WactlError('internal', `${id}: nothing here stays`)),
    held: () => Promise.resolve(null),
    follow: () => Promise.resolve(),
    heldStatuses: () => Promise.resolve(new Map()),
  };
}

const pairedTooLate = ({ id }: Session): WactlError =>
  new WactlError(
    'pairing_expired',
    `${id}: ${closeTable.pairing_expired.meaning}`,
    'allow more with --timeout',
  );

function restarted({ session, status, close }: LiveStatus): ActionResult {
  if (close) throw new ClosedError(close, session.id);
  if (status !== 'logged_in') {
    throw new WactlError('not_paired', `${session.id} is not paired`, `pair it with: wactl qr ${session.id}`);
  }
  return {
    id: session.id,
    status: session.status,
    details: `logged in on a new connection, which is closed again; keep it online with: wactl connect ${session.id}`,
  };
}
