import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addDetach } from './detach-pairing.ts';
import type { DetachFlags } from './detach-pairing.ts';
import { mayBeLinked } from '../domain/session.ts';
import { addTimeout } from './flags.ts';
import { addCompare, comparing } from './passkey-flags.ts';
import type { PasskeyFlags } from './passkey-flags.ts';
import { idOrOnly } from './only-session.ts';
import { pairAgain } from './pair-again.ts';
import { addQrFlags, qrTarget } from './qr-flags.ts';
import type { QrFlags } from './qr-flags.ts';

export type QrOptions = PasskeyFlags &
  QrFlags &
  DetachFlags & {
    readonly id: string | undefined;
    /** Milliseconds. */
    readonly timeout?: number;
  };

/** `qr ID`: pair a session that is there already, by QR. */
export function defineQr(program: Command, run: (options: QrOptions) => Promise<void>): void {
  const command = program
    .command('qr')
    .summary('pair a session by QR code')
    .description(
      'Pairs a session by QR code. If the session is already logged in, says so and changes nothing. If ' +
        'another process is already pairing it, that pairing goes on and its QR is shown here.',
    )
    .argument('[id]', 'session id, or a unique prefix (default: the only session there is)');
  addQrFlags(command);
  addCompare(command);
  addTimeout(command, 'give up if the phone has not paired after this time');
  addDetach(command);
  command.action((id: string | undefined, flags: Omit<QrOptions, 'id'>) => run({ id, ...flags }));
}

export async function runQr(cx: Context, options: QrOptions): Promise<void> {
  const id = await idOrOnly(cx, options.id);
  const session = await (await cx.wactl()).find(id);
  // One that is logged in has no QR to show.
  if (!options.detach && !mayBeLinked(session)) qrTarget(cx, options);
  // The command lines that are offered name it.
  const args =
    options.id === undefined ? cx.args.flatMap((word) => (word === 'qr' ? [word, id] : word)) : cx.args;
  await pairAgain({ ...cx, args }, session, { kind: 'pair_by_qr', ...comparing(options) }, options);
}
