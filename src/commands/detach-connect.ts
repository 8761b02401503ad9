import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';
import type { Close } from '../domain/close.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { Session } from '../domain/session.ts';
import { failureOf, parseDetachedLine } from './detached-line.ts';
import type { DetachedLine } from './detached-line.ts';
import { eachSession } from './each-session.ts';

export type DetachConnectOptions = {
  readonly isAlone: boolean;
  readonly maxRetries: number | undefined;
  /** How long to wait for them to be online. */
  readonly timeoutMs: number;
};

type Came = { readonly details: string; readonly status: string } | WactlError;

/**
 * Keeps sessions online in one background process, and says of each whether it is online, or why not (yet). Returns
 * the exit status.
 */
export async function detachConnect(
  cx: Context,
  sessions: readonly Session[],
  { isAlone, maxRetries, timeoutMs }: DetachConnectOptions,
): Promise<number> {
  const [first] = sessions;
  if (!first) return 0;
  // Lazily: what reads documents is loaded by few commands.
  const { parseClose } = await import('../schema/close-schema.ts');
  const came = new Map<string, Came>();
  const closes = new Map<string, ClosedError>();
  const isEnough = (text: string): boolean => {
    const line = parseDetachedLine(text);
    const failure = failureOf(line);
    if (failure) {
      for (const { id } of sessions) {
        if ((line.id ?? id) === id && !came.has(id)) came.set(id, failure);
      }
    }
    const session = line.event === 'status' && sessions.find(({ id }) => id === line.id);
    if (session) note(line, session, came, closes, parseClose);
    return sessions.every(({ id }) => came.has(id));
  };
  const args = ['connect', ...sessions.map(({ id }) => id)];
  if (maxRetries !== undefined) args.push('--max-retries', String(maxRetries));
  const late = new AbortController();
  const ended = new AbortController();
  cx.clock.sleep(timeoutMs, ended.signal).then(
    () => late.abort(),
    () => undefined,
  );
  const { pid, log } = await cx
    .detach(first.id, args, { isEnough, late: late.signal })
    .finally(() => ended.abort());
  return eachSession(cx, sessions, isAlone, ({ id }) => {
    const what = came.get(id) ?? closes.get(id) ?? notYet(id);
    const by = `process ${String(pid)}`;
    if (!(what instanceof Error)) {
      const details =
        what.status === 'logged_in' && !what.details
          ? `online in the background (${by}); end it: wactl disconnect ${id}`
          : what.details;
      return Promise.resolve({
        document: { id, status: what.status, details, log },
        text: `${id}: ${details}`,
      });
    }
    if (came.has(id)) throw what;
    throw new WactlError(what.code, what.message, `${by} keeps trying; see: ${log}`, { cause: what });
  });
}

/** Whether a change of status means that the session is online. */
function note(
  line: DetachedLine,
  session: Session,
  came: Map<string, Came>,
  closes: Map<string, ClosedError>,
  parseClose: (record: unknown) => Close,
): void {
  const { id } = session;
  const status = String(line.status);
  const details = typeof line['details'] === 'string' ? line['details'] : '';
  if (details !== '' || status === 'logged_in') {
    came.set(id, { status, details });
    return;
  }
  if (!line['last_close']) return;
  const error = new ClosedError(parseClose(line['last_close']), session);
  if (['logged_out', 'failed', 'disconnected'].includes(status)) came.set(id, error);
  else closes.set(id, error);
}

const notYet = (id: string): WactlError => new WactlError('timed_out', `${id}: did not come online in time`);
