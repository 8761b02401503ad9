import { NotHeldError } from '../errors.ts';
import type { Holder } from '../ports/holder.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { SessionRunner } from './session-runner.ts';
import { holderWords } from '../domain/held.ts';
import type { ActionResult, Held } from '../domain/held.ts';
import type { EngineRecord } from '../domain/engine.ts';
import type { Observer } from '../ports/observer.ts';

type Sessions = ReadonlyMap<string, SessionRunner>;

/** Only the sessions that this process holds; for any other it throws NotHeldError. */
export function localHolder(
  sessions: Sessions,
  engine: (session: Pick<Session, 'endpoint'>) => Promise<EngineRecord>,
  observer?: Observer,
): Holder {
  const need = ({ id }: { readonly id: string }): SessionRunner => {
    const held = sessions.get(id);
    if (held) return held;
    throw new NotHeldError(id);
  };
  const own: Holder = {
    pair: async (session, goal, options, onEvent) => need(session).pair(goal, options, onEvent),
    check: async (session, options) => need(session).check(options),
    keepOnline: (session, options) => own.bringOnline(session, options),
    async bringOnline(session, options) {
      const { id } = session;
      const held = await need(session).held();
      if (held?.stays) return alreadyOnline(held);
      await need(session).afterwards(options);
      throw new NotHeldError(id);
    },
    disconnect: async (session, options) => need(session).disconnect(options),
    answerPasskey: async (session, assertion, options) => need(session).answerPasskey(assertion, options),
    confirmPasskey: async (session) => need(session).confirmPasskey(),
    restart: async (session, options) => need(session).restart(options),
    logout: async (session, options) => need(session).logout(options),
    // A caller that removes a session first makes this process let go of it, and then removes it itself.
    remove: ({ id }) => Promise.reject(new NotHeldError(id)),
    held: async ({ id }) => (await sessions.get(id)?.held()) ?? null,
    engine: async (session) => ((await sessions.get(session.id)?.held()) ? engine(session) : null),
    async refreshWebhook({ id }) {
      if (!(await sessions.get(id)?.held())) throw new NotHeldError(id);
      observer?.look(id);
    },
    follow: async (session, options, onEvent) => need(session).follow(options, onEvent),
    async heldStatuses() {
      const all = await Promise.all([...sessions.values()].map((held) => held.held()));
      return new Map(
        all.flatMap((held): [string, SessionStatus][] => (held ? [[held.id, held.status]] : [])),
      );
    },
  };
  return own;
}

/** The answer when a session is to be put online and already is. */
export const alreadyOnline = (held: Held): ActionResult => ({
  id: held.id,
  status: held.status,
  details:
    held.status === 'logged_in'
      ? `already online, held by ${holderWords(held)}`
      : `held by ${holderWords(held)}, which is bringing it online`,
});
