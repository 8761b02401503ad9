import { SessionExistsError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import { checkWebhookRoutes } from '../domain/webhook.ts';
import type { HoldOptions } from '../ports/holder.ts';
import type { SessionDraft } from '../ports/wactl.ts';
import { newSessionId, sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';

/** A new session, unpaired. */
export async function createSession(
  parts: Pick<AppParts, 'records' | 'holder' | 'clock'>,
  { id: given, ...draft }: SessionDraft,
  options: HoldOptions,
): Promise<Session> {
  checkWebhookRoutes(draft);
  const records = await parts.records();
  const name = draft.name === null ? {} : { name: draft.name };
  const id = await newSessionId(records, { id: given, ...name }, () => parts.clock.random());
  return records.create({ id, ...draft }).catch((error: unknown) => isTaken(parts, id, error, options));
}

/** Throws the error that prevented the creation. If the session with this id has a pairing cut short, finishes it first. */
async function isTaken(
  parts: Pick<AppParts, 'records' | 'holder'>,
  id: string,
  error: unknown,
  options: HoldOptions,
): Promise<never> {
  if (!(error instanceof SessionExistsError) || !error.isUnconfirmed) throw error;
  const session = await sessionAt(await parts.records(), id);
  const live = await (await parts.holder()).check(session, options);
  throw new SessionExistsError(live.session);
}
