import type { Command } from 'commander';
import { parsePairCode } from '../domain/pair-code.ts';
import { UsageError } from '../errors.ts';
import { addCompare, comparing } from './passkey-flags.ts';
import type { PasskeyFlags } from './passkey-flags.ts';
import { secretFileOption } from './secret-flags.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

export type PairCodeFlags = PasskeyFlags & {
  /** 8 characters of the pairing alphabet. */
  readonly code?: string;
  readonly codeFile?: string;
  readonly pushNotification: boolean;
};

/** The flags of pairing by code. */
export const addPairCodeFlags = (command: Command): Command =>
  addCompare(command)
    .option('--code <code>', 'your own pairing code, 8 letters and digits (default: random)', parsePairCode)
    .addOption(secretFileOption('--code', 'code'))
    .option('--no-push-notification', 'do not notify the phone of the pairing code');

/** By code when there is a phone, else by QR. Throws UsageError for a number that is none. */
export async function pairingGoal(phone: string | undefined, flags: PairCodeFlags): Promise<PairGoal> {
  const compares = comparing(flags);
  if (phone === undefined) {
    if (flags.code !== undefined) throw idle('--code');
    if (!flags.pushNotification) throw idle('--no-push-notification');
    return { kind: 'pair_by_qr', ...compares };
  }
  const { parseInternationalPhone } = await import('../domain/phone.ts');
  return {
    kind: 'pair_by_code',
    phone: parseInternationalPhone(phone),
    pushNotification: flags.pushNotification,
    ...compares,
    ...(flags.code === undefined ? {} : { code: flags.code }),
  };
}

const idle = (flag: string): UsageError =>
  new UsageError(
    `${flag} is about pairing by code, but there is no --pair`,
    'add --pair PHONE, or leave it out',
  );
