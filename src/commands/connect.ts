import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { DamagedSessionError, FencedError, UsageError, WactlError } from '../errors.ts';
import { assertConnectable, sessionsToConnect } from '../domain/connectable.ts';
import type { Session } from '../domain/session.ts';
import { detachConnect } from './detach-connect.ts';
import { eachSession } from './each-session.ts';
import { errorRecord } from './error-record.ts';
import { addTimeout, wholeNumber } from './flags.ts';
import { sessionsOf } from './sessions-argument.ts';
import type { SessionsArgument } from './sessions-argument.ts';
import { statusEvent, statusSentence } from './status-event.ts';
import type { ActionResult, HolderEvent } from '../domain/held.ts';

export type ConnectOptions = SessionsArgument & {
  readonly maxRetries?: number;
  /** In the background. */
  readonly detach?: boolean;
  /** Also sessions that were moved away, or are copies. */
  readonly force?: boolean;
  /** Milliseconds: how long --detach waits for them to be online. */
  readonly timeout?: number;
};

const defaultTimeoutMs = 30_000;

/** `connect ID...`: online, and staying there. */
export function defineConnect(program: Command, run: (options: ConnectOptions) => Promise<void>): void {
  const command = program
    .command('connect')
    .summary('bring sessions online and keep them there')
    .description(
      'Keeps sessions online until Ctrl-C, reports what happens and reopens lost connections. With --detach, it returns ' +
        'once they are online, and a background process keeps them online: to end that, see disconnect.',
    )
    .argument('[id...]', 'session ids, or unique prefixes')
    .option('--all', 'every session that was online last; every paired session if none was', false)
    .option('--max-retries <n>', 'give up after this many failures in a row', wholeNumber(0))
    .option('--force', 'also a session that was moved away or is a copy: it then may connect here for good')
    .option('--detach', 'return once the sessions are online, and keep them online in the background');
  addTimeout(command, 'with --detach: wait at most this long for the sessions to come online (default: 30s)');
  command.action((ids: string[], flags: Omit<ConnectOptions, 'ids'>) => run({ ids, ...flags }));
}

/**
 * Returns 0 if other processes took all sessions offline or already keep them online. Otherwise throws the interruption,
 * or the worst of the errors that ended the sessions.
 */
export async function runConnect(cx: Context, options: ConnectOptions): Promise<number> {
  if (options.timeout !== undefined && !options.detach) {
    throw new UsageError('--timeout is how long --detach waits', 'add --detach, or leave it out');
  }
  const found = await sessionsOf(cx, options);
  if (options.all) warnOfSkipped(cx, found, options.force === true);
  const free = options.force ? await unfence(cx, found) : found;
  const sessions = options.all ? sessionsToConnect(free) : free;
  for (const session of sessions) assertConnectable(session);
  if (sessions.length === 0)
    throw new WactlError('not_paired', 'no sessions are paired', 'create one with: wactl create my-phone');
  const isAlone = sessions.length === 1 && !options.all;
  if (options.detach) {
    const { maxRetries, timeout: timeoutMs = defaultTimeoutMs } = options;
    // A server is such a background itself.
    if (cx.server !== null) return bringOnline(cx, sessions, isAlone, options, timeoutMs);
    return detachConnect(cx, sessions, { isAlone, maxRetries, timeoutMs });
  }
  const outcomes = await Promise.all(sessions.map((session) => keep(cx, session, options, isAlone)));
  const errors = outcomes.filter((outcome) => outcome instanceof Error);
  if (errors.length > 0) throw worstOf(errors);
  return 0;
}

function warnOfSkipped(cx: Context, sessions: readonly Session[], force: boolean): void {
  for (const session of sessions) {
    const { id, fence } = session;
    if (session.damaged) cx.io.warn(`${new DamagedSessionError(session).message}; skipping it`);
    else if (fence && !force) cx.io.warn(`${new FencedError({ id, fence }).message}; skipping it`);
  }
}

/** Lets fenced sessions connect again, from now on. */
async function unfence(cx: Context, sessions: readonly Session[]): Promise<readonly Session[]> {
  const wactl = await cx.wactl();
  return Promise.all(
    sessions.map(async (session) => {
      if (!session.fence || session.damaged) return session;
      await wactl.update(session.id, { fence: null }, { signal: cx.signal });
      cx.io.say(`${session.id}: not fenced any more; see that no other copy of it connects`);
      return { ...session, fence: null };
    }),
  );
}

/** Tells the server to bring the sessions online and keep them online. Returns the exit status. */
async function bringOnline(
  cx: Context,
  sessions: readonly Session[],
  isAlone: boolean,
  options: ConnectOptions,
  timeoutMs: number,
): Promise<number> {
  const wactl = await cx.wactl();
  const maxRetries = options.maxRetries ?? cx.settings.maxRetries;
  return eachSession(cx, sessions, isAlone, async ({ id }) => {
    const result = await wactl.connect(id, { signal: cx.signal, maxRetries, timeoutMs });
    return { document: result, text: `${result.id}: ${result.details}` };
  });
}

/** A bug comes first, then the highest exit status, so that an interruption outranks the ends of sessions. */
function worstOf(errors: readonly Error[]): Error {
  const rank = (error: Error): number =>
    error instanceof WactlError && error.code !== 'internal' ? error.exitStatus : Infinity;
  return errors.reduce((worst, error) => (rank(error) > rank(worst) ? error : worst));
}

/** Keeps one session online and returns the error that ended it, even a bug, so that other sessions go on. */
async function keep(
  cx: Context,
  session: Session,
  options: ConnectOptions,
  isAlone: boolean,
): Promise<ActionResult | Error> {
  const wactl = await cx.wactl();
  const maxRetries = options.maxRetries ?? cx.settings.maxRetries;
  try {
    const result = await wactl.keepOnline(session.id, { signal: cx.signal, maxRetries }, (event) =>
      tell(cx, session.id, event),
    );
    cx.io.event({ event: 'status', ...result });
    cx.io.say(`${result.id}: ${result.details}`);
    return result;
  } catch (error) {
    // Alone, its end is the last line.
    if (!isAlone && error instanceof WactlError && !cx.signal.aborted) {
      cx.io.event({ event: 'ended', ...errorRecord(session.id, error) });
    }
    return error instanceof Error ? error : new Error('a session ended without an error', { cause: error });
  }
}

function tell(cx: Context, id: string, event: HolderEvent): void {
  switch (event.kind) {
    case 'status':
      cx.io.event(statusEvent(id, event));
      cx.io.say(`${id}: ${statusSentence(event)}`);
      return;
    case 'message': {
      const { message } = event;
      const { from, text } = message;
      cx.io.event({
        event: 'message',
        id,
        message_id: message.id,
        from,
        push_name: message.pushName,
        at: message.at.toISOString(),
        text,
      });
      return cx.io.say(`${id}: message from ${message.pushName ?? from}`);
    }
    case 'push_name':
      cx.io.event({ event: 'push_name', id, push_name: event.pushName });
      return cx.io.say(`${id}: the push name is now ${event.pushName}`);
    default:
  }
}
