import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { bundle } from '../support/bundle.ts';
import type { Bundle } from '../support/bundle.ts';
import { TestTerminal } from '../support/terminal.ts';
import type { TerminalSize } from '../support/terminal.ts';

let program: Bundle;
let terminal: TestTerminal | undefined;

beforeAll(async () => {
  program = await bundle('io-child.ts');
});
afterAll(() => program.remove());
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});

const start = async (size: TerminalSize, env: Record<string, string> = {}): Promise<TestTerminal> =>
  (terminal = await TestTerminal.start({
    command: [
      process.execPath,
      program.file,
      JSON.stringify({ style: 'auto', invert: false, json: false, spin: 'connecting' }),
    ],
    size,
    env,
  }));

it('turns on a terminal, and leaves nothing behind', async () => {
  const shown = await start({ columns: 80, rows: 24 });
  await shown.waitFor(() => /^before the QR\n\S connecting$/.test(shown.text()) || undefined);
  shown.sendKeys('\x03');
  expect(await shown.exited).toEqual({ status: 130, signal: undefined });
  expect(shown.text()).toBe('before the QR\nstopped');
});

it('turns in ASCII where the locale has nothing else', async () => {
  const shown = await start({ columns: 80, rows: 24 }, { LC_ALL: 'C' });
  await shown.waitFor(() => /^before the QR\n\S connecting$/.test(shown.text()) || undefined);
  expect(shown.text()).toMatch(/^[ -~\n]*$/);
});

it('stays in its row on a narrow terminal', async () => {
  const shown = await start({ columns: 10, rows: 5 });
  await shown.waitFor(() => /^before the\n QR\n\S connec…$/.test(shown.text()) || undefined);
  shown.signal('SIGTERM');
  expect(await shown.exited).toEqual({ status: 0, signal: undefined });
});
