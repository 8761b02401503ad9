import type { Command } from 'commander';
import type { Context } from '../context.ts';
import {
  DamagedSessionError,
  FencedError,
  NotPairedError,
  unconfirmedHint,
  UsageError,
  WactlError,
} from '../errors.ts';
import { ruleOf } from '../domain/close-table.ts';
import { ClosedError } from '../domain/closed-error.ts';
import type { Close } from '../domain/close.ts';
import { mayBeLinked } from '../domain/session.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import { statusReportDocument } from '../schema/status-report.ts';
import { errorRecord } from './error-record.ts';
import { addTimeout, parseStatus } from './flags.ts';
import { inParallel } from '../domain/slots.ts';
import { onlySession } from './only-session.ts';
import { sessionsOf } from './sessions-argument.ts';
import type { SessionsArgument } from './sessions-argument.ts';
import { statusText } from './status-text.ts';
import { addWatch, assertWatch, watchLooks } from './watch.ts';
import type { Look, WatchFlags } from './watch.ts';

export type StatusOptions = SessionsArgument &
  WatchFlags & {
    readonly offline: boolean;
    readonly expect: SessionStatus;
    /** Milliseconds, for each session. */
    readonly timeout: number;
    /** Until it is as expected, for as long as the time allows. */
    readonly wait?: boolean;
  };

const defaultTimeoutMs = 30_000;
/** WhatsApp is asked each time. */
const everyMs = 10_000;
const leastMs = 5_000;
const leaveOneOut = 'leave out one of them';
const offlineHint = (status: SessionStatus): string =>
  `the store never says "logged in": ask WhatsApp, without --offline, or use: --expect ${status}`;

/** More connections at once would look like an attack from one address, and win nothing. */
const atOnce = 8;

/** `status [id...]`: ask WhatsApp whether sessions are logged in. */
export function defineStatus(program: Command, run: (options: StatusOptions) => Promise<void>): void {
  const command = program
    .command('status')
    .summary('ask WhatsApp whether a session is logged in')
    .description(
      'Connects, and says whether the session is logged in to WhatsApp, with its profile. Exits with 0 if every ' +
        'session has the expected status. With --expect and --timeout, waits for that status.',
    )
    .argument('[id...]', 'session ids, or unique prefixes (default: the only session there is)')
    .option('--all', 'all sessions', false)
    .option('--offline', 'read only the store; never says logged in', false)
    .option('--expect <status>', 'expected status (default: logged_in)', parseStatus);
  addTimeout(
    command,
    'wait at most this long for each session; with --expect, for that status (default: 30s)',
  );
  addWatch(command, everyMs, leastMs).action((ids: string[], { expect, timeout, ...flags }: StatusFlags) => {
    const wait = expect !== undefined && timeout !== undefined && !flags.offline;
    const options = { ids, ...flags, expect: expect ?? 'logged_in', timeout: timeout ?? defaultTimeoutMs };
    return run(wait ? { ...options, wait } : options);
  });
}

type StatusFlags = WatchFlags & {
  readonly all: boolean;
  readonly offline: boolean;
  readonly expect?: SessionStatus;
  readonly timeout?: number;
};

type Answer = {
  readonly session: Session;
  readonly status: SessionStatus;
  readonly close: Close | null;
  readonly document: Record<string, unknown>;
  /** Why there was no answer. */
  readonly error?: WactlError;
};

/** Prints the statuses; returns the exit status, the worst of all. */
export async function runStatus(cx: Context, options: StatusOptions): Promise<number> {
  assertWatch(options);
  if (options.watch) {
    if (options.wait)
      throw new UsageError('--watch does not end, and --expect with --timeout does', leaveOneOut);
    return watchLooks(cx, options.every ?? everyMs, () => look(cx, options));
  }
  const { document, words, troubles } = await look(cx, options);
  cx.io.result(document, words);
  if (!cx.io.json) for (const trouble of troubles) cx.io.error(trouble);
  return Math.max(0, ...troubles.map(({ exitStatus }) => exitStatus));
}

async function look(
  cx: Context,
  options: StatusOptions,
): Promise<Look & { readonly troubles: readonly WactlError[] }> {
  const isUnsaid = options.ids.length === 0 && !options.all;
  const only = isUnsaid ? await onlySession(cx) : undefined;
  const sessions = only ? [only] : await sessionsOf(cx, options);
  if (sessions.length === 0) {
    throw new WactlError('not_paired', 'there are no sessions', 'create one with: wactl create my-phone');
  }
  const isAlone = sessions.length === 1 && !options.all;
  const spinner = cx.io.spinner(options.offline ? '' : 'asking WhatsApp');
  const answers = await inParallel(sessions, atOnce, (session) =>
    ask(cx, session, options).catch((error: unknown) =>
      unanswered(session, error, (isAlone && !options.watch) || cx.signal.aborted),
    ),
  ).finally(() => spinner.stop());
  const documents = answers.map(({ document }) => document);
  const troubles = answers.flatMap((answer) => answer.error ?? troubleOf(answer, options) ?? []);
  return {
    document: isAlone ? documents[0] : documents,
    words: () => statusText(cx.io, answers, cx.clock.now()),
    notes: troubles.map(({ message, hint }) => (hint === undefined ? message : `${message}; ${hint}`)),
    troubles,
  };
}

/** The answer for a session whose check failed, so that the others are still asked. With one session, the command fails. */
function unanswered(session: Session, error: unknown, isFatal: boolean): Answer {
  if (isFatal || !(error instanceof WactlError)) throw error;
  const { id, status, lastClose: close } = session;
  return { session, status, close, document: errorRecord(id, error), error };
}

async function ask(
  cx: Context,
  session: Session,
  { offline, expect, timeout: timeoutMs, wait }: StatusOptions,
): Promise<Answer> {
  const until = wait ? { until: expect } : {};
  const wactl = await cx.wactl();
  const report = await wactl.status(session.id, { signal: cx.signal, timeoutMs, offline, ...until });
  const { status, close } = report;
  const { endpoint } = session;
  return { session: { ...report.session, endpoint }, status, close, document: statusReportDocument(report) };
}

/** Why an answer is not the one expected; undefined when it is. */
function troubleOf({ session, status, close }: Answer, options: StatusOptions): WactlError | undefined {
  const { id, unconfirmed } = session;
  const { expect: expected, offline } = options;
  if (status === expected) return undefined;
  if (session.damaged) return new DamagedSessionError(session);
  if (session.fence) return new FencedError({ id, fence: session.fence });
  if (unconfirmed && (offline || !close)) return new NotPairedError(id, unconfirmedHint(id));
  if (status === 'logged_out') {
    return new WactlError('logged_out', `${id}: ${unlinkedBy(close)}`, `pair it again with: wactl qr ${id}`);
  }
  if (!mayBeLinked(session)) return new NotPairedError(id, waitingHint(id, status));
  // How the last connection ended does not tell how the next one would.
  const isRemembered = offline && status === 'disconnected';
  if (close && !isRemembered) return new ClosedError(close, session);
  const hint = offline ? offlineHint(status) : undefined;
  return new WactlError('not_as_expected', `${id} is ${status}, not ${expected}`, hint);
}

/** Who unlinked it, as far as it is known: a later pairing that failed may be the last close. */
const unlinkedBy = (close: Close | null): string =>
  close?.reason === 'unlinked_here' || close?.reason === 'logged_out' || !close
    ? ruleOf(close ?? { reason: 'logged_out', code: null }).meaning
    : 'it is not linked to its phone any more';

/** The hint for a pairing that is under way. */
function waitingHint(id: string, status: SessionStatus): string | undefined {
  if (status === 'waiting_for_qr') return `its QR is waiting to be scanned; show it with: wactl qr ${id}`;
  if (status === 'waiting_for_passkey')
    return `WhatsApp asks for the passkey of the account; answer with: wactl passkey ${id}`;
  return status === 'waiting_for_pair_code' ? 'its code is waiting to be typed on the phone' : undefined;
}
