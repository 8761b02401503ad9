import type { TerminalInput } from './ask-terminal.ts';
import type { Clock } from '../ports/clock.ts';
import { LiveScreen } from './live-screen.ts';
import { Output } from './output.ts';
import type { OutputStream } from './output.ts';
import { loadPalette } from './palette.ts';
import type { ProcessSignals } from './process-signals.ts';
import { StreamIo } from './stream-io.ts';
import { wantsColour } from './wants-colour.ts';

export type IoOptions = {
  readonly stdin: TerminalInput;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  readonly quiet: boolean;
  /** False when a person asked for silence: not even warnings. */
  readonly warns?: boolean;
  /** Says how a QR is drawn, and why so. */
  readonly verbose: boolean;
  /** False with --no-color. */
  readonly color: boolean;
  readonly clock: Clock;
  readonly signals: ProcessSignals;
  /** Ends a question that waits for its answer. */
  readonly signal: AbortSignal;
  /** Called when the reader of stdout has gone (`| head -1`): the command may end quietly. */
  readonly onReaderGone: () => void;
};

/** Opens the streams for a command, once in a process. */
export async function createIo(options: IoOptions): Promise<StreamIo> {
  const { env, json, quiet, verbose, color, clock, signal, signals } = options;
  const stdout = new Output(options.stdout, options.onReaderGone);
  const stderr = new Output(options.stderr, () => undefined);
  const isColoured = ({ stream: { isTTY } }: Output): boolean =>
    wantsColour({ colorFlag: color, env, isTerminal: isTTY === true });
  const [stdoutPalette, stderrPalette] = await Promise.all([
    loadPalette(isColoured(stdout)),
    loadPalette(isColoured(stderr)),
  ]);
  // JSON lines on the same terminal would run through whatever is drawn there.
  const isShared = json && stdout.stream.isTTY === true;
  const canDraw = stderr.stream.isTTY === true && env['TERM'] !== 'dumb' && !isShared;
  return new StreamIo({
    get stdin() {
      return options.stdin;
    },
    stdout,
    stderr,
    stdoutPalette,
    stderrPalette,
    isStderrColoured: isColoured(stderr),
    live: canDraw ? new LiveScreen({ output: stderr, signals, clock }) : undefined,
    json,
    quiet,
    warns: options.warns ?? true,
    verbose,
    env,
    signals,
    clock,
    signal,
  });
}
