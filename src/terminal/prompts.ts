import { DeclinedError } from '../errors.ts';
import type { TerminalInput } from './ask-terminal.ts';
import type { Output } from './output.ts';
import type { ProcessSignals } from './process-signals.ts';
import { isYes, readLine } from './read-input.ts';
import { readSecret } from './read-secret.ts';
import { sanitize } from './sanitize.ts';

export type PromptParts = {
  readonly stdin: TerminalInput;
  readonly stderr: Output;
  readonly signals: ProcessSignals;
  readonly signal: AbortSignal;
};

/** Asks a question; only a yes is yes. Rejects with the signal's reason. */
export async function askYes({ stdin, stderr, signal }: PromptParts, question: string): Promise<boolean> {
  stderr.write(`${sanitize(question)} [y/N] `);
  let answer: string | undefined;
  try {
    answer = await readLine(stdin, signal);
  } finally {
    // Ctrl-C and Ctrl-D leave the cursor behind the question.
    if (answer === undefined) stderr.write('\n');
  }
  return isYes(answer);
}

/** Asks for a line that is not shown. Rejects with the signal's reason, or a DeclinedError when the input ends instead. */
export async function askSecret(
  { stdin, stderr, signals, signal }: PromptParts,
  question: string,
): Promise<string> {
  // First: what is typed as soon as the question is there must not be shown either.
  const answering = readSecret(stdin, signals, signal);
  stderr.write(`${sanitize(question)} `);
  try {
    const answer = await answering;
    if (answer === undefined) throw new DeclinedError();
    return answer;
  } finally {
    stderr.write('\n');
  }
}
