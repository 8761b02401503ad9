import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { directOutput } from '../../src/terminal/direct-output.ts';
import { FakeTerminal } from '../support/fake-terminal.ts';

let directory: string;
let opened: number[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wactl-direct-'));
  opened = [];
});
afterEach(() => {
  for (const descriptor of opened) closeSync(descriptor);
  rmSync(directory, { recursive: true });
});

const open = (name: string, flags: string | number): number => {
  const descriptor = openSync(join(directory, name), flags);
  opened.push(descriptor);
  return descriptor;
};

/** A pipe that does not wait when it is full. */
const pipe = (): number => {
  execFileSync('mkfifo', [join(directory, 'pipe')]);
  return open('pipe', constants.O_RDWR | constants.O_NONBLOCK);
};

const unopened = (): never => {
  throw new Error('a stream was opened');
};

it('a result is in its file at once, and no stream is opened', () => {
  const output = directOutput(open('file', 'w'), unopened);
  expect(output.writeNow?.('result\n')).toHaveLength(0);
  expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('result\n');
});

it('what comes after something in a stream goes through the stream too', () => {
  const stream = new FakeTerminal();
  const output = directOutput(open('file', 'w'), () => stream);
  output.write('event\n', () => undefined);
  expect(output.writeNow?.('result\n')).toBe('result\n');
  expect(stream.written).toBe('event\n');
});

it('what a full pipe does not take is left to the stream', () => {
  const text = 'a'.repeat(1024 * 1024);
  const output = directOutput(pipe(), unopened);
  const left = output.writeNow?.(text);
  expect(left?.length).toBeGreaterThan(0);
  expect(left?.length).toBeLessThan(text.length);
});

it('a terminal is its stream', () => {
  const stream = new FakeTerminal({ columns: 80, rows: 24 });
  expect(directOutput(openSync('/dev/null', 'w'), () => stream)).toBe(stream);
});
