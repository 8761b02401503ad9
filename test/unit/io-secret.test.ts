import { expect, it } from 'vitest';
import type { ProcessSignals } from '../../src/terminal/process-signals.ts';
import { readSecret } from '../../src/terminal/read-secret.ts';
import { fakeInput } from '../support/fake-terminal.ts';
import { noSignals } from '../support/open-test-io.ts';

/** A secret that is being typed. */
function typing() {
  const modes: boolean[] = [];
  const stdin = Object.assign(fakeInput(true), { setRawMode: (isRaw: boolean) => modes.push(isRaw) });
  const interrupt = new AbortController();
  const raised: string[] = [];
  const signals: ProcessSignals = { ...noSignals, raise: (name) => void raised.push(name) };
  const answer = readSecret(stdin, signals, interrupt.signal);
  return { stdin, modes, interrupt, raised, answer, types: (bytes: string | Buffer) => stdin.write(bytes) };
}

it.each([
  ['a line', 'correct horse\r', 'correct horse'],
  ['with mistakes', 'corrext\x7f\x7fct\r', 'correct'],
  ['begun again', 'wrong\x15right\n', 'right'],
  ['with letters of several bytes', 'žluť🛟\x7f\r', 'žluť'],
  ['with other keys', 'a\x1b\tb\r', 'ab'],
  ['empty', '\r', ''],
  ['longer than one line', 'one\rtwo\r', 'one'],
])('a secret, %s, is read as it was meant', async (_, keys, expected) => {
  const { stdin, modes, answer, types } = typing();
  types(keys);
  expect(await answer).toBe(expected);
  expect([modes, stdin.isPaused(), stdin.listenerCount('data')]).toEqual([[true, false], true, 0]);
});

it('a letter whose bytes come apart is one letter', async () => {
  const { answer, types } = typing();
  const bytes = Buffer.from('ž\r');
  types(bytes.subarray(0, 1));
  types(bytes.subarray(1));
  expect(await answer).toBe('ž');
});

it('Ctrl-D on an empty line, and an input that ends, are no answer', async () => {
  const first = typing();
  first.types('\x04');
  expect(await first.answer).toBeUndefined();
  const second = typing();
  second.types('half');
  second.stdin.end();
  expect(await second.answer).toBeUndefined();
});

it('Ctrl-C, Ctrl-Z and Ctrl-\\ are signals, and the terminal is given back', async () => {
  const { modes, raised, interrupt, answer, types } = typing();
  types('ab\x1a\x1c\x03');
  await new Promise(setImmediate);
  expect(raised).toEqual(['SIGTSTP', 'SIGQUIT', 'SIGINT']);
  interrupt.abort(new Error('stopped'));
  await expect(answer).rejects.toThrow('stopped');
  expect(modes).toEqual([true, false]);
});
