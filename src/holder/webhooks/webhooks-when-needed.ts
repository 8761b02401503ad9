import type { Observer } from '../parts.ts';
import type { Webhooks, WebhooksParts } from './webhooks.ts';

/**
 * The webhooks of the sessions that are held here, loaded with the first session that has one. Events are passed on in
 * the order in which they came.
 */
export function webhooksWhenNeeded(parts: WebhooksParts): Observer {
  let loaded: Promise<Webhooks> | undefined;
  const passed = new Map<string, Promise<void>>();

  const load = async (): Promise<Webhooks> => (await import('./webhooks.ts')).startWebhooks(parts);
  const pass = (sessionId: string, on: (webhooks: Webhooks) => void): void => {
    const before = passed.get(sessionId) ?? Promise.resolve();
    const after = before.then(async () => {
      const session = await parts.sessions.get(sessionId);
      // One that was taken away is seen to as well.
      if (session?.webhook || loaded) on(await (loaded ??= load()));
    });
    passed.set(
      sessionId,
      after.catch((error: unknown) =>
        parts.warn(`${sessionId}: webhook: ${error instanceof Error ? error.message : String(error)}`),
      ),
    );
  };
  return {
    look: (sessionId) => pass(sessionId, (webhooks) => webhooks.look(sessionId)),
    note: (sessionId, event) => pass(sessionId, (webhooks) => webhooks.note(sessionId, event)),
    async release(sessionId) {
      await passed.get(sessionId);
      passed.delete(sessionId);
      await (await loaded)?.release(sessionId);
    },
  };
}
