import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { Session } from '../domain/session.ts';

/** The only session there is; undefined when there are others, or none. */
export async function onlySession(cx: Context): Promise<Session | undefined> {
  const { sessions, total } = await (await cx.wactl()).list({ page: 1, perPage: 1 });
  return total === 1 ? sessions[0] : undefined;
}

/** The id that was given, or that of the only session: for commands that only look. Throws UsageError. */
export async function idOrOnly(cx: Context, id: string | undefined): Promise<string> {
  const meant = id ?? (await onlySession(cx))?.id;
  if (meant !== undefined) return meant;
  throw new UsageError('no session given', 'name one; see them with: wactl list');
}
