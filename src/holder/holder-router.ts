import { NotHeldError, NotPairedError, SessionNotFoundError, WactlError } from '../errors.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { Holder, HoldOptions, OnFollowed, OnHolderEvent } from '../ports/holder.ts';
import type { Lease } from '../ports/leases.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import { routeToHolder } from './route-to-holder.ts';
import type { Routes } from './route-to-holder.ts';
import { bringOnline } from './bring-online.ts';
import { answerOf, checkSession, notInTime } from './check.ts';
import { startDeadline } from '../domain/deadline.ts';
import type { SessionRunner } from './session-runner.ts';
import { logoutSession, nothingToUnlink } from './logout.ts';
import { OnlineTask } from './online-task.ts';
import { alreadyOnline } from './local-holder.ts';
import type { SessionRegistry, SessionRegistryParts } from './session-registry.ts';
import { pairOnline } from './pair-online.ts';
import { PairTask } from './pair-task.ts';
import { checkTask, singleTask } from './single-task.ts';
import { notPairing } from './task.ts';
import type { Task } from './task.ts';
import type { ShownPasskeyCode } from '../domain/connection-event.ts';
import type { ActionResult, Held, LiveStatus } from '../domain/held.ts';
import type { EngineRecord } from '../domain/engine.ts';

export type HolderRouterParts = SessionRegistryParts & {
  readonly own: SessionRegistry;
  /** What processes hold. */
  readonly standing: () => Promise<readonly Lease[]>;
  /** When aborted, ends the sessions that are kept online with no caller waiting for them. */
  readonly lifetime: AbortSignal;
};

/** Makes sure that one process holds each session: it asks the process that holds it, or takes it when none does. */
export function holderRouter(parts: HolderRouterParts): Holder {
  const { own, store, clock } = parts;
  const ask = <T>(session: Pick<Session, 'id'>, { signal }: HoldOptions, routes: Routes<T>): Promise<T> =>
    routeToHolder(parts, session, signal, routes);
  const taking =
    <T>(session: Session, { signal }: HoldOptions, task: () => Task<T>, onEvent: OnHolderEvent = ignore) =>
    (dead: Lease | undefined) =>
      own.take(session, task(), signal, onEvent, dead).outcome;
  const reread = async ({ id }: Pick<Session, 'id'>): Promise<Session> => {
    const session = await store.get(id);
    if (session) return session;
    throw new SessionNotFoundError(id);
  };
  const unlinking = (session: Session, options: HoldOptions) =>
    taking(session, options, () => singleTask((context) => logoutSession(context, options)));
  /** What to do when a caller wants a session online here and a process holds it already. */
  const unlessOnline = (id: string, options: Pick<HoldOptions, 'signal'>) => ({
    async local(held: SessionRunner): Promise<ActionResult> {
      const now = await held.held();
      if (now?.stays) return alreadyOnline(now);
      await held.afterwards(options);
      throw new NotHeldError(id);
    },
    async peer(peer: Holder, held: Held): Promise<ActionResult> {
      if (held.stays) return alreadyOnline(held);
      await peer.follow({ id }, options, ignore);
      throw new NotHeldError(id);
    },
  });

  return {
    pair: (session, goal, { stayOnline, ...options }, onEvent) =>
      ask(session, options, {
        local: (held) => held.pair(goal, options, onEvent),
        peer: (peer) => peer.pair(session, goal, options, onEvent),
        none: (dead) => {
          parts.beforePairing?.(session);
          return stayOnline
            ? pairOnline(goal, { ...options, ...stayOnline }, onEvent, (task, tell) =>
                own.take(session, task, parts.lifetime, tell, dead),
              )
            : taking(session, options, () => new PairTask(goal, options.timeoutMs), onEvent)(dead);
        },
      }),

    check: (session, options) =>
      ask<LiveStatus>(session, options, {
        local: (held) => held.check(options),
        peer: (peer) => peer.check(session, options),
        async none(dead) {
          const now = await reread(session);
          // Without credentials there is nothing to ask WhatsApp, and fenced ones must not.
          if (!mayBeLinked(now) || now.fence)
            return { value: await answerOf(parts, now, now.lastClose, null) };
          const task = () => checkTask((context) => checkSession(context, options));
          return taking(session, options, task)(dead);
        },
      }),

    keepOnline: (session, options, onEvent) =>
      ask(session, options, {
        ...unlessOnline(session.id, options),
        none: taking(session, options, () => new OnlineTask(options.maxRetries), onEvent),
      }),

    async bringOnline(session, options) {
      const { signal, timeoutMs } = options;
      const deadline = startDeadline(clock, signal, timeoutMs, () => notInTime(session.id));
      try {
        return await ask(session, options, {
          ...unlessOnline(session.id, deadline),
          none: (dead) =>
            bringOnline(clock, session, options, (onEvent) =>
              own.take(session, new OnlineTask(options.maxRetries), parts.lifetime, onEvent, dead),
            ),
        });
      } finally {
        deadline.end();
      }
    },

    disconnect: (session, options) =>
      ask<ActionResult>(session, options, {
        local: (held) => held.disconnect(options),
        peer: (peer) => peer.disconnect(session, options),
        async none() {
          const { id, status } = await reread(session);
          return { value: { id, status, details: 'already disconnected' } };
        },
      }),

    answerPasskey: (session, assertion, options) =>
      ask<ShownPasskeyCode>(session, options, {
        local: (held) => held.answerPasskey(assertion, options),
        peer: (peer) => peer.answerPasskey(session, assertion, options),
        none: () => Promise.reject(notPairing(session.id)),
      }),

    confirmPasskey: (session, options) =>
      ask<void>(session, options, {
        local: (held) => held.confirmPasskey(),
        peer: (peer) => peer.confirmPasskey(session, options),
        none: () => Promise.reject(notPairing(session.id)),
      }),

    restart: (session, options) =>
      ask(session, options, {
        local: (held) => held.restart(options),
        peer: (peer) => peer.restart(session, options),
        none: taking(session, options, () =>
          singleTask(async (context) => restarted(await checkSession(context, options))),
        ),
      }),

    logout: (session, options) =>
      ask<ActionResult>(session, options, {
        local: (held) => held.logout(options),
        peer: (peer) => peer.logout(session, options),
        async none(dead) {
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
          local: (held) => held[letGo](bounded).then(askAnew),
          peer: (peer) => peer[letGo](session, bounded).then(askAnew),
          async none(dead) {
            if (unlink) {
              const now = await reread(session);
              // Asking again shows the outcome.
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
        local: (held) => held.held(),
        peer: (_peer, held) => Promise.resolve(held),
        none: () => Promise.resolve({ value: null }),
      }),

    engine: (session, options) =>
      ask<EngineRecord | null>(session, options, {
        local: () => own.holder.engine(session, options),
        peer: (peer) => peer.engine(session, options),
        none: () => Promise.resolve({ value: null }),
      }),

    refreshWebhook: (session, options) =>
      ask<void>(session, options, {
        local: () => own.holder.refreshWebhook(session, options),
        peer: (peer) => peer.refreshWebhook(session, options),
        none: () => Promise.resolve({ value: undefined }),
      }),

    follow(session, { lastEventId, ...options }, onEvent) {
      let last = lastEventId;
      const tell: OnFollowed = (event, eventId) => {
        last = eventId ?? last;
        onEvent(event, eventId);
      };
      return ask<void>(session, options, {
        local: (held) => held.follow({ ...options, lastEventId: last }, tell),
        peer: (peer) => peer.follow(session, { ...options, lastEventId: last }, tell),
        none() {
          if (last !== undefined) tell({ kind: 'gap', after: last });
          tell({ kind: 'released' });
          return Promise.resolve({ value: undefined });
        },
      });
    },

    async heldStatuses() {
      return new Map((await parts.standing()).map(({ sessionId, status }) => [sessionId, status]));
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
    details: `logged in on a new connection, which was then closed; keep it online with: wactl connect ${session.id}`,
  };
}
