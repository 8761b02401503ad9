// What the environment does not tell, the terminal is asked. Its answers come as typed input: so in raw mode, for a moment, once,
// and not where somebody reads standard input from elsewhere. Keys that are typed in that moment are lost, but Ctrl-C, Ctrl-Z
// and Ctrl-\ do what they always do.
import type { Readable } from 'node:stream';
import type { Clock } from '../ports/clock.ts';
import type { Output } from './output.ts';
import type { ProcessSignals } from './process-signals.ts';
import { questions, readAnswers } from './terminal-answers.ts';
import type { TerminalAnswers } from './terminal-answers.ts';

/** Standard input, where it is a terminal. */
export type TerminalInput = Readable & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};

export type AskParts = {
  readonly stdin: TerminalInput;
  readonly output: Output;
  readonly clock: Clock;
  readonly signals: ProcessSignals;
};

/** How long nothing is drawn for want of an answer: a terminal on this machine takes some 5 ms. */
const answerMs = 150;
/** Over a slow line answers come later. Until then they are read, or they would be typed into the shell. */
const lateMs = 2_000;

const signalsOfKeys = { '\x03': 'SIGINT', '\x1a': 'SIGTSTP', '\x1c': 'SIGQUIT' } as const;

/**
 * Asks the terminal. `onAnswers` gets the answers; first null when they are not there in time. Returns a function that ends
 * the asking, with the input as it was before; undefined when this is not a terminal that can be asked.
 */
export function askTerminal(
  { stdin, output, clock, signals }: AskParts,
  onAnswers: (answers: TerminalAnswers | null) => void,
): (() => void) | undefined {
  if (!stdin.isTTY || stdin.setRawMode === undefined) return undefined;
  const ended = new AbortController();
  let input = '';
  const read = (chunk: Buffer | string): void => {
    const text = chunk.toString('latin1');
    const { columns = 0, rows = 0 } = output.stream;
    const answers = readAnswers((input += text), { columns, rows });
    if (answers.attributes !== null) {
      end();
      onAnswers(answers);
    }
    for (const [key, signal] of Object.entries(signalsOfKeys)) {
      if (!text.includes(key)) continue;
      end();
      signals.raise(signal);
    }
  };
  const ignore = (): void => undefined;
  const end = (): void => {
    if (ended.signal.aborted) return;
    ended.abort();
    stdin.off('data', read).off('error', ignore).pause();
    stdin.setRawMode?.(false);
  };
  const after = (delayMs: number, act: () => void): void => {
    clock.sleep(delayMs, ended.signal).then(act, ignore);
  };
  stdin.setRawMode(true);
  stdin.on('data', read).on('error', ignore).resume();
  output.writeNow(questions);
  after(answerMs, () => onAnswers(null));
  after(lateMs, end);
  return end;
}
