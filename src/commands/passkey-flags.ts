import type { Command } from 'commander';
import type { PairGoal } from '../domain/connect-goal.ts';

export type PasskeyFlags = {
  /** Always compare the codes after a passkey. */
  readonly compare?: boolean;
};

/** The flag of every command that pairs. */
export const addCompare = (command: Command): Command =>
  command.option('--compare', 'if the account asks for a passkey, always let me compare the codes');

/** As a part of the goal. */
export const comparing = ({ compare }: PasskeyFlags): Pick<PairGoal, 'comparesCodes'> =>
  compare ? { comparesCodes: true } : {};
