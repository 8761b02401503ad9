import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Session } from '../domain/session.ts';
import { failureOf, parseDetachedLine } from './detached-line.ts';
import type { DetachedLine } from './detached-line.ts';
import { qrTarget } from './qr-flags.ts';
import type { QrFlags } from './qr-flags.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

export type DetachFlags = {
  /** Return once there is something to scan or to type, and wait for that in the background. */
  readonly detach?: boolean;
  /** In the background: remove the session when its pairing fails, since it was made for that. */
  readonly withdraw?: boolean;
};

export const addDetach = (command: Command): Command =>
  command
    .option('--detach', 'return once the QR or code is shown, and wait for the phone in the background')
    .addOption(new Option('--withdraw').hideHelp());

type DetachOptions = QrFlags & { readonly timeout?: number };

/** Pairs in a background process. Resolves when that has a QR or code to show; throws the error it ended with. */
export async function detachPairing(
  cx: Context,
  session: Session,
  goal: PairGoal,
  options: DetachOptions & DetachFlags,
): Promise<void> {
  const { format, output } = options;
  const target =
    goal.kind === 'pair_by_qr' && (format ?? 'terminal') !== 'terminal' && output === undefined
      ? qrTarget(cx, options)
      : null;
  let line: DetachedLine = {};
  const { pid, log } = await cx.detach(session.id, argumentsOf(session, goal, options), {
    // Every user of the machine can see the arguments of a process.
    ...(goal.kind === 'pair_by_code' && goal.code !== undefined ? { stdin: goal.code } : {}),
    isEnough(text) {
      line = parseDetachedLine(text);
      return line.event === undefined || ['qr', 'pair_code', 'logged_in', 'error'].includes(line.event);
    },
  });
  const failure = failureOf(line);
  if (failure) throw failure;
  const isOver = line.event === undefined || line.event === 'logged_in';
  const { id } = session;
  cx.io.result(isOver ? line : { ...line, pid, log }, () =>
    line.event === 'pair_code' ? String(line['code']) : '',
  );
  if (target && line.event === 'qr') {
    const expiresAt = new Date(String(line['expires_at']));
    const shown = { payload: String(line['qr']), seq: Number(line['seq']), rescan: line['rescan'] === true };
    await cx.io.qrDisplay(target).show({ ...shown, expiresAt });
  }
  if (isOver) return cx.io.done(`${id} is logged in`);
  const how = line.event === 'qr' ? `show its QR with: wactl qr ${id}` : 'type the code on the phone';
  cx.io.say(`${id}: process ${String(pid)} waits for the phone; ${how}`);
  cx.io.say(`wait for it with: wactl status ${id} --expect logged_in --timeout 3m`);
  cx.io.say(`its log: ${log}`);
}

function argumentsOf(
  { id }: Session,
  goal: PairGoal,
  { timeout, output, format, withdraw }: DetachOptions & DetachFlags,
): string[] {
  const more = [
    ...(timeout === undefined ? [] : ['--timeout', `${String(timeout)}ms`]),
    ...(withdraw ? ['--withdraw'] : []),
    ...(goal.comparesCodes ? ['--compare'] : []),
  ];
  if (goal.kind === 'pair_by_qr') {
    const file = output === undefined ? [] : ['--output', output, ...(format ? ['--format', format] : [])];
    return ['qr', id, ...file, ...more];
  }
  const code = goal.code === undefined ? [] : ['--code-file', '-'];
  const push = goal.pushNotification ? [] : ['--no-push-notification'];
  return ['pair', id, `+${goal.phone}`, ...code, ...push, ...more];
}
