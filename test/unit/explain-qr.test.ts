import { expect, it } from 'vitest';
import { explainQr } from '../../src/terminal/explain-qr.ts';
import { Output } from '../../src/terminal/output.ts';
import { encodeQr } from '../../src/terminal/qr-matrix.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeTerminal, fakeInput } from '../support/fake-terminal.ts';
import { noSignals } from '../support/open-test-io.ts';
import { madeUpPayload } from '../support/qr-payload.ts';

function terminalOf(columns: number, rows: number) {
  const stdin = Object.assign(fakeInput(true), { setRawMode: () => undefined });
  const stderr = new FakeTerminal({ columns, rows });
  const clock = new FakeClock();
  const output = new Output(stderr, () => undefined);
  return { stderr, stdin, clock, parts: { stdin, output, clock, signals: noSignals } };
}
const env = { TERM: 'xterm-256color', LANG: 'C.UTF-8' };

it('where half blocks fit, the terminal is not asked', async () => {
  const { parts, stderr } = terminalOf(100, 40);
  expect(await explainQr('auto', env, parts)).toEqual({
    fits: true,
    reason: 'QR as half-block on 100 × 40: most fonts have them',
  });
  expect(stderr.written).toBe('');
});

it('elsewhere its answer counts, as when a QR is drawn', async () => {
  const { parts, stdin } = terminalOf(80, 24);
  const report = explainQr('auto', env, parts);
  stdin.write(Buffer.from('\x1b_Gi=31;OK\x1b\\\x1b[6;18;9t\x1b[?62c', 'latin1'));
  expect(await report).toMatchObject({
    fits: true,
    reason: expect.stringMatching(/^QR as kitty on 80 × 24: the terminal says so/) as string,
  });
});

it('one that says nothing is not waited for', async () => {
  const { parts, clock } = terminalOf(80, 24);
  const report = explainQr('auto', env, parts);
  await clock.advance(150);
  expect(await report).toMatchObject({
    fits: false,
    reason: expect.stringMatching(/^no QR on 80 × 24; not half-block: it needs 65 × 36; /) as string,
  });
  await clock.advance(2_000);
  expect(clock.sleeping).toEqual([]);
});

it('a QR of WhatsApp is as large as is assumed', async () => {
  const modules = encodeQr(madeUpPayload(1)).length;
  const { parts } = terminalOf(modules + 3, 99);
  expect(await explainQr('half-block', env, parts)).toMatchObject({ fits: false });
  const { parts: wider } = terminalOf(modules + 4, 99);
  expect(await explainQr('half-block', env, wider)).toMatchObject({ fits: true });
});
