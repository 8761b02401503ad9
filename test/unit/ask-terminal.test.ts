import { expect, it } from 'vitest';
import { askTerminal } from '../../src/terminal/ask-terminal.ts';
import { Output } from '../../src/terminal/output.ts';
import type { ProcessSignals } from '../../src/terminal/process-signals.ts';
import { questions } from '../../src/terminal/terminal-answers.ts';
import type { TerminalAnswers } from '../../src/terminal/terminal-answers.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeTerminal, fakeInput } from '../support/fake-terminal.ts';
import { noSignals } from '../support/open-test-io.ts';

const attributes = '\x1b[?62;4c';
const answered = { kitty: false, version: null, cell: null, attributes: [62, 4] };

/** A terminal that is being asked; `modes`: what its input was set to, one after the other. */
function ask(isTTY = true) {
  const modes: boolean[] = [];
  const stdin = Object.assign(fakeInput(isTTY), { setRawMode: (isRaw: boolean) => modes.push(isRaw) });
  const stderr = new FakeTerminal({ columns: 80, rows: 24 });
  const clock = new FakeClock();
  const raised: string[] = [];
  const signals: ProcessSignals = { ...noSignals, raise: (name) => void raised.push(name) };
  const got: (TerminalAnswers | null)[] = [];
  const output = new Output(stderr, () => undefined);
  const end = askTerminal({ stdin, output, clock, signals }, (answers) => got.push(answers));
  const types = async (text: string): Promise<void> => {
    stdin.write(Buffer.from(text, 'latin1'));
    await new Promise(setImmediate);
  };
  return { stdin, stderr, clock, modes, raised, got, end, types };
}

it('a terminal that answers is asked once, and its input is as it was', async () => {
  const { stdin, stderr, clock, modes, got, types } = ask();
  expect(stderr.written).toBe(questions);
  await types('\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.26.5)\x1b\\\x1b[6;18');
  expect(got).toEqual([]);
  await types(`;9t\x1b[4;432;720t${attributes}`);
  expect(got).toEqual([
    { kitty: true, version: 'kitty(0.26.5)', cell: { width: 9, height: 18 }, attributes: [62, 4] },
  ]);
  expect([modes, stdin.isPaused(), stdin.listenerCount('data'), clock.sleeping]).toEqual([
    [true, false],
    true,
    0,
    [],
  ]);
});

it('the size of a character comes from that of the window where it is not told', async () => {
  const { got, types } = ask();
  await types(`\x1b[4;480;800t${attributes}`);
  expect(got).toEqual([{ ...answered, cell: { width: 10, height: 20 } }]);
});

it('in xterm it comes from its largest image, which is the window', async () => {
  const image = '\x1b[?2;0;640;408S';
  const xterm = ask();
  await xterm.types(`${image}\x1bP>|XTerm(379)\x1b\\${attributes}`);
  expect(xterm.got).toEqual([{ ...answered, version: 'XTerm(379)', cell: { width: 8, height: 17 } }]);
  const other = ask();
  await other.types(`${image}${attributes}`);
  expect(other.got).toEqual([answered]);
});

it('a terminal that knows no images says so', async () => {
  const { got, types } = ask();
  await types('\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\\x1b[?62c');
  expect(got).toEqual([{ kitty: false, version: null, cell: null, attributes: [62] }]);
});

it('is waited for 150 ms, and heard for 2 s', async () => {
  const { clock, modes, got, types } = ask();
  await clock.advance(149);
  expect(got).toEqual([]);
  await clock.advance(1);
  expect(got).toEqual([null]);
  await clock.advance(1_849);
  await types(attributes);
  expect(got).toEqual([null, answered]);
  expect(modes).toEqual([true, false]);
});

it('is not heard after that, and has its input as it was', async () => {
  const { stdin, clock, modes, got, types } = ask();
  await clock.advance(2_000);
  expect([modes, stdin.isPaused()]).toEqual([[true, false], true]);
  await types(attributes);
  expect(got).toEqual([null]);
});

it.each([
  ['\x03', 'SIGINT'],
  ['\x1a', 'SIGTSTP'],
  ['\x1c', 'SIGQUIT'],
])('the key %j does what it always does', async (key, signal) => {
  const { modes, raised, got, clock, types } = ask();
  await types(`x${key}`);
  expect([raised, modes, got, clock.sleeping]).toEqual([[signal], [true, false], [], []]);
});

it('ends when the QR does', () => {
  const { stdin, modes, clock, end } = ask();
  end?.();
  end?.();
  expect([modes, stdin.isPaused(), clock.sleeping]).toEqual([[true, false], true, []]);
});

it('input that is no terminal is left alone', () => {
  const { stderr, modes, end } = ask(false);
  expect([stderr.written, modes, end]).toEqual(['', [], undefined]);
});
