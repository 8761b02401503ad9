import { isUp } from '../schema/webhook-event.ts';
import type { Webhooks, WebhooksParts } from './webhooks.ts';
import type { Observer } from '../ports/observer.ts';

/**
 * The webhooks of the sessions that this process holds, loaded with the first session that has one. Events are passed
 * on in order.
 */
export function webhooksWhenNeeded(
  parts: WebhooksParts,
): Observer & Pick<Webhooks, 'release' | 'deliverLeft'> {
  let loading: Promise<Webhooks> | undefined;
  let loaded: Webhooks | undefined;
  /** The calls that came before the webhooks were loaded. */
  const passed = new Map<string, Promise<void>>();
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
      (session) => Boolean(session?.webhook),
      () => true,
    );
  const pass = (sessionId: string, on: (webhooks: Webhooks) => void): void => {
    const before = passed.get(sessionId);
    if (loaded && !before) return on(loaded);
    const after = (before ?? Promise.resolve())
      .then(async () => {
        if (loaded || (await mayHaveOne(sessionId))) on(await load());
      })
      .catch((error: unknown) =>
        parts.warn(`${sessionId}: webhook: ${error instanceof Error ? error.message : String(error)}`),
      )
      .finally(() => {
        if (passed.get(sessionId) === after) passed.delete(sessionId);
      });
    passed.set(sessionId, after);
  };
  return {
    deliverLeft: async (sessionId, limits) => (await load()).deliverLeft(sessionId, limits),
    look: (sessionId) => pass(sessionId, (webhooks) => webhooks.look(sessionId)),
    note(sessionId, event) {
      const wasUp = up.has(sessionId);
      if (event.kind === 'status') up[isUp(event.status) ? 'add' : 'delete'](sessionId);
      pass(sessionId, (webhooks) => webhooks.note(sessionId, event, wasUp));
    },
    async release(sessionId: string, withinMs?: number) {
      await passed.get(sessionId);
      up.delete(sessionId);
      await loaded?.release(sessionId, withinMs);
    },
  };
}
