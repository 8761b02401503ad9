import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Shell } from './completion.ts';

/** Makes a command's action of its work. */
export type On = <O>(run: (cx: Context, options: O) => Promise<number | void>) => (given: O) => Promise<void>;

/** What only the parts behind the commands know. */
export type Extras = {
  /** The faults of the sandbox, for its help. */
  faults(): Promise<string>;
  /** Prints the script that completes words in a shell. */
  completionScript(shell: Shell): Promise<void>;
};

/** Puts a command into the program. */
export type Define = (program: Command, on: On, extras: Extras) => void | Promise<void>;
