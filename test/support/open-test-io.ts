import { createIo } from '../../src/terminal/create-io.ts';
import type { IoOptions } from '../../src/terminal/create-io.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeTerminal, fakeInput } from './fake-terminal.ts';
import type { TerminalSize } from './terminal.ts';

/** A process that gets no signals. */
export const noSignals = { on: () => undefined, off: () => undefined, raise: () => undefined };

/** The real io on streams that a test can inspect; a stream with a size is a terminal. */
export async function openTestIo(
  sizes: { readonly stdout?: TerminalSize; readonly stderr?: TerminalSize } = {},
  options: Partial<IoOptions> = {},
) {
  const stdout = new FakeTerminal(sizes.stdout);
  const stderr = new FakeTerminal(sizes.stderr);
  const stdin = fakeInput(sizes.stderr !== undefined);
  const clock = new FakeClock();
  const io = await createIo({
    stdin,
    stdout,
    stderr,
    env: {},
    json: false,
    quiet: false,
    verbose: false,
    color: true,
    clock,
    signals: noSignals,
    signal: new AbortController().signal,
    onReaderGone: () => undefined,
    ...options,
  });
  return { io, stdin, stdout, stderr, clock };
}
