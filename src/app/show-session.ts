import { WactlError } from '../errors.ts';
import type { SessionView, ShowOptions } from '../ports/wactl.ts';
import { findSession, sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';

/** All that is known about a session. If the process that holds it does not answer, what is stored is shown still. */
export async function showSession(
  parts: Pick<AppParts, 'records' | 'holder' | 'isLeased' | 'engine'>,
  given: string,
  { isPrefix = false, ...options }: ShowOptions,
): Promise<SessionView> {
  const session = await (isPrefix ? findSession : sessionAt)(await parts.records(), given);
  if (!(await parts.isLeased(session.id))) {
    return { session, held: null, engine: await parts.engine(session), unanswered: null };
  }
  const holder = await parts.holder();
  try {
    const held = await holder.held(session, options);
    const engine = held && (await holder.engine(session, options));
    return { session, held, engine: engine ?? (await parts.engine(session)), unanswered: null };
  } catch (error) {
    if (!(error instanceof WactlError) || error.code !== 'in_use') throw error;
    return { session, held: null, engine: await parts.engine(session), unanswered: error };
  }
}
