import { NotPairedError, SessionNotFoundError, WactlError } from '../errors.ts';
import { ClosedError } from '../domain/close.ts';
import { NotHeldError } from '../ports/holder.ts';
import type { Holder, HoldOptions, OnHolderEvent } from '../ports/holder.ts';
import type { Lease } from '../ports/leases.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { askHolder } from './ask-holder.ts';
import type { Ways } from './ask-holder.ts';
import { bringOnline } from './bring-online.ts';
import { answerOf, checkSession, notInTime } from './check.ts';
import { startDeadline } from '../domain/deadline.ts';
import type { HeldSession } from './held-session.ts';
import { heldStatuses } from './held-statuses.ts';
import { logoutSession, nothingToUnlink } from './logout.ts';
import { OnlineWork } from './online-work.ts';
import { alreadyOnline } from './own-holder.ts';
import type { OwnSessions, OwnSessionsParts } from './own-sessions.ts';
import { pairOnline } from './pair-online.ts';
import { PairWork } from './pair-work.ts';
import { checkWork, taskWork } from './task-work.ts';
import type { Work } from './work.ts';
import type { ActionResult, Held, LiveStatus } from '../domain/held.ts';
import type { EngineRecord } from '../domain/engine.ts';

export type SharedHolderParts = OwnSessionsParts & {
  readonly own: OwnSessions;
  /** Ends what is kept online although nobody here waits for its end. */
  readonly lifetime: AbortSignal;
};

/** Has each session held by one process: the one that holds it is asked, and where none does this one takes it. */
export function sharedHolder(parts: SharedHolderParts): Holder {
  const { own, store, leases, clock, peers } = parts;
  const ask = <T>(session: Pick<Session, 'id'>, { signal }: HoldOptions, ways: Ways<T>): Promise<T> =>
    askHolder(parts, session, signal, ways);
  const taking =
    <T>(session: Session, { signal }: HoldOptions, work: () => Work<T>, onEvent: OnHolderEvent = ignore) =>
    (dead: Lease | undefined) =>
      own.take(session, work(), signal, onEvent, dead).outcome;
  const reread = async ({ id }: Pick<Session, 'id'>): Promise<Session> => {
    const session = await store.get(id);
    if (session) return session;
    throw new SessionNotFoundError(id);
  };
  const unlinking = (session: Session, options: HoldOptions) =>
    taking(session, options, () => taskWork((stage) => logoutSession(stage, options)));
  /** What to do about one that is held already by who wants it online here. */
  const unlessOnline = (id: string, options: Pick<HoldOptions, 'signal'>) => ({
    async own(held: HeldSession): Promise<ActionResult> {
      const now = await held.held();
      if (now?.stays) return alreadyOnline(now);
      await held.afterwards(options);
      throw new NotHeldError(id);
    },
    async other(peer: Holder, held: Held): Promise<ActionResult> {
      if (held.stays) return alreadyOnline(held);
      await peer.follow({ id }, options, ignore);
      throw new NotHeldError(id);
    },
  });

  return {
    pair: (session, goal, { stayOnline, ...options }, onEvent) =>
      ask(session, options, {
        own: (held) => held.pair(goal, options, onEvent),
        other: (peer) => peer.pair(session, goal, options, onEvent),
        nobody: (dead) => {
          parts.beforePairing?.(session);
          return stayOnline
            ? pairOnline(goal, { ...options, ...stayOnline }, onEvent, (work, tell) =>
                own.take(session, work, parts.lifetime, tell, dead),
              )
            : taking(session, options, () => new PairWork(goal, options.timeoutMs), onEvent)(dead);
        },
      }),

    check: (session, options) =>
      ask<LiveStatus>(session, options, {
        own: (held) => held.check(options),
        other: (peer) => peer.check(session, options),
        async nobody(dead) {
          const now = await reread(session);
          // Without credentials there is nothing to ask WhatsApp.
          if (!mayBeLinked(now)) return { value: await answerOf(parts, now, now.lastClose, null) };
          const work = () => checkWork((stage) => checkSession(stage, options));
          return taking(session, options, work)(dead);
        },
      }),

    keepOnline: (session, options, onEvent) =>
      ask(session, options, {
        ...unlessOnline(session.id, options),
        nobody: taking(session, options, () => new OnlineWork(options.maxRetries), onEvent),
      }),

    async bringOnline(session, options) {
      const { signal, timeoutMs } = options;
      const deadline = startDeadline(clock, signal, timeoutMs, () => notInTime(session.id));
      try {
        return await ask(session, options, {
          ...unlessOnline(session.id, deadline),
          nobody: (dead) =>
            bringOnline(clock, session, options, (onEvent) =>
              own.take(session, new OnlineWork(options.maxRetries), parts.lifetime, onEvent, dead),
            ),
        });
      } finally {
        deadline.end();
      }
    },

    disconnect: (session, options) =>
      ask<ActionResult>(session, options, {
        own: (held) => held.disconnect(options),
        other: (peer) => peer.disconnect(session, options),
        async nobody() {
          const { id, status } = await reread(session);
          return { value: { id, status, details: 'already disconnected' } };
        },
      }),

    restart: (session, options) =>
      ask(session, options, {
        own: (held) => held.restart(options),
        other: (peer) => peer.restart(session, options),
        nobody: taking(session, options, () =>
          taskWork(async (stage) => restarted(await checkSession(stage, options))),
        ),
      }),

    logout: (session, options) =>
      ask<ActionResult>(session, options, {
        own: (held) => held.logout(options),
        other: (peer) => peer.logout(session, options),
        async nobody(dead) {
          const now = await reread(session);
          if (!mayBeLinked(now)) return { value: nothingToUnlink(now) };
          return unlinking(now, options)(dead);
        },
      }),

    async remove(session, { unlink, ...options }) {
      const { id } = session;
      const deadline = startDeadline(clock, options.signal, options.timeoutMs, () => notInTime(id));
      const bounded = { ...options, signal: deadline.signal };
      const letGo = unlink ? 'logout' : 'disconnect';
      const askAnew = (): never => {
        throw new NotHeldError(id);
      };
      try {
        await ask<void>(session, bounded, {
          own: (held) => held[letGo](bounded).then(askAnew),
          other: (peer) => peer[letGo](session, bounded).then(askAnew),
          async nobody(dead) {
            if (unlink) {
              const now = await reread(session);
              // What it came to is seen by asking anew.
              if (mayBeLinked(now)) return unlinking(now, bounded)(dead).then(() => null);
            }
            const condition = { evenLinked: !unlink, deadLease: dead?.leaseId };
            return (await store.remove(id, condition)) ? { value: undefined } : null;
          },
        });
      } catch (error) {
        // Another command has removed it meanwhile, as a `create` does whose pairing was stopped.
        if (!(error instanceof WactlError) || error.code !== 'not_found') throw error;
      } finally {
        deadline.end();
      }
    },

    held: (session, options) =>
      ask<Held | null>(session, options, {
        own: (held) => held.held(),
        other: (_peer, held) => Promise.resolve(held),
        nobody: () => Promise.resolve({ value: null }),
      }),

    engine: (session, options) =>
      ask<EngineRecord | null>(session, options, {
        own: () => own.holder.engine(session, options),
        other: (peer) => peer.engine(session, options),
        nobody: () => Promise.resolve({ value: null }),
      }),

    lookAtWebhook: (session, options) =>
      ask<void>(session, options, {
        own: () => own.holder.lookAtWebhook(session, options),
        other: (peer) => peer.lookAtWebhook(session, options),
        nobody: () => Promise.resolve({ value: undefined }),
      }),

    follow: (session, options, onEvent) =>
      ask<void>(session, options, {
        own: (held) => held.follow(options.signal, onEvent),
        other: (peer) => peer.follow(session, options, onEvent),
        nobody: () => Promise.resolve({ value: undefined }),
      }),

    async heldStatuses() {
      const all = await leases.leases();
      // A lease of its own that this process could not give back is worth nothing.
      const worth = all.filter(({ sessionId, pid }) => pid !== parts.pid || own.get(sessionId));
      return heldStatuses(worth, (path) => peers.isThere(path));
    },
  };
}

const ignore = (): void => undefined;

function restarted({ session, status, close }: LiveStatus): ActionResult {
  if (close) throw new ClosedError(close, session);
  if (status !== 'logged_in') {
    throw new NotPairedError(session.id);
  }
  return {
    id: session.id,
    status: session.status,
    details: `logged in on a new connection, which is closed again; keep it online with: wactl connect ${session.id}`,
  };
}
