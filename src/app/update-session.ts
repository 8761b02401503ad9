import { firstReceiver } from '../domain/box.ts';
import type { Session } from '../domain/session.ts';
import type { SessionPatch } from '../domain/session-change.ts';
import { changeWebhook, checkWebhookRoutes } from '../domain/webhook.ts';
import type { SessionChange, UpdateOptions } from '../ports/wactl.ts';
import { withHeld } from '../schema/session-record.ts';
import { sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';

/** Changes the record of a session, and makes the process that holds it use a changed webhook or proxy at once. */
export async function updateSession(
  parts: Pick<AppParts, 'records' | 'holder' | 'webhooks'>,
  id: string,
  { webhook, ...change }: SessionChange,
  { signal, live = false }: UpdateOptions,
): Promise<Session> {
  const records = await parts.records();
  const session = await sessionAt(records, id);
  const patch: SessionPatch = {
    ...change,
    ...(webhook === undefined ? {} : { webhook: changeWebhook(session.webhook, webhook) }),
  };
  checkWebhookRoutes({ ...session, ...patch });
  const updated = await records.update(id, patch);
  if (patch.webhook !== undefined || patch.proxy !== undefined) {
    const removed = session.webhook && !updated.webhook ? [firstReceiver] : [];
    await (await parts.webhooks()).changed(updated, removed, signal);
  }
  return live ? withHeld(updated, await (await parts.holder()).held(updated, { signal })) : updated;
}
