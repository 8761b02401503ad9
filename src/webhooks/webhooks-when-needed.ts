import { receiversOf } from '../domain/receivers.ts';
import { isUp } from '../schema/webhook-event.ts';
import type { Webhooks, WebhooksParts } from './webhooks.ts';
import type { Observer } from '../ports/observer.ts';

type Waiting = { readonly calls: ((webhooks: Webhooks) => void)[]; readonly passed: Promise<void> };

/** How long it is relied on that a session has no webhook: one that another process sets is told with `look`. */
const withoutMs = 1_000;

/**
 * The webhooks of the sessions that this process holds, loaded with the first session that has one. Events are passed
 * on in order.
 */
export function webhooksWhenNeeded(parts: WebhooksParts): Observer & Pick<Webhooks, 'deliverLeft'> {
  let loading: Promise<Webhooks> | undefined;
  let loaded: Webhooks | undefined;
  /** The calls that wait until it is known whether the session has a webhook. */
  const waiting = new Map<string, Waiting>();
  /** Until when sessions count as having none. */
  const without = new Map<string, number>();
  // Includes sessions without a webhook: a person may add one while they are up.
  const up = new Set<string>();

  const start = async (): Promise<Webhooks> => {
    const { startWebhooks } = await import('./webhooks.ts');
    return (loaded ??= startWebhooks(parts));
  };
  const load = (): Promise<Webhooks> => (loading ??= start());
  /** The webhooks themselves deal with a store that fails. */
  const mayHaveOne = (sessionId: string): Promise<boolean> =>
    parts.sessions.get(sessionId).then(
      (session) => session !== undefined && receiversOf(session, parts.globalWebhook()).length > 0,
      () => true,
    );
  const passAll = async (sessionId: string, calls: Waiting['calls']): Promise<void> => {
    try {
      let asked = 0;
      let may = loaded !== undefined;
      // A call that came meanwhile may be about a webhook that is new.
      while (!may && calls.length > asked) {
        asked = calls.length;
        may = await mayHaveOne(sessionId);
      }
      if (!may) {
        without.set(sessionId, parts.clock.now().getTime() + withoutMs);
        return;
      }
      const webhooks = await load();
      // More may come while it is loading.
      for (const call of calls) call(webhooks);
    } catch (error) {
      parts.warn(`${sessionId}: webhook: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      waiting.delete(sessionId);
    }
  };
  const pass = (sessionId: string, on: (webhooks: Webhooks) => void): void => {
    const before = waiting.get(sessionId);
    if (before) return void before.calls.push(on);
    if (loaded) return on(loaded);
    const calls = [on];
    waiting.set(sessionId, { calls, passed: passAll(sessionId, calls) });
  };
  return {
    deliverLeft: async (box, limits) => (await load()).deliverLeft(box, limits),
    look(sessionId) {
      without.delete(sessionId);
      pass(sessionId, (webhooks) => webhooks.look(sessionId));
    },
    note(sessionId, event, held) {
      const wasUp = up.has(sessionId);
      if (event.kind === 'status') up[isUp(event.status) ? 'add' : 'delete'](sessionId);
      if (!loaded && parts.clock.now().getTime() < (without.get(sessionId) ?? 0)) return;
      pass(sessionId, (webhooks) => webhooks.note(sessionId, event, wasUp, held));
    },
    async recorded(sessionId) {
      await waiting.get(sessionId)?.passed;
      await loaded?.recorded(sessionId);
    },
    async release(sessionId, withinMs) {
      await waiting.get(sessionId)?.passed;
      without.delete(sessionId);
      up.delete(sessionId);
      await loaded?.release(sessionId, withinMs);
    },
  };
}
