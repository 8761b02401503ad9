// A small program around createIo, for tests that need a real terminal. It shows a QR; SIGUSR2 brings the next payload,
// SIGTERM means a successful pairing, Ctrl-C a person who gave up. With `spin` it shows a spinner with that text
// instead, with `code` that pairing code.
import { createIo } from '../../src/terminal/create-io.ts';
import type { QrStyle } from '../../src/domain/qr-output.ts';
import { systemClock } from '../../src/compose/system-clock.ts';

const [options = '{}', ...payloads] = process.argv.slice(2);
const {
  style,
  invert,
  json,
  spin,
  code,
  verbose = false,
} = JSON.parse(options) as {
  style: QrStyle;
  invert: boolean;
  json: boolean;
  spin?: string;
  code?: string;
  verbose?: boolean;
};
const io = await createIo({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  json,
  quiet: false,
  verbose,
  color: true,
  clock: systemClock,
  signals: {
    on: (name, listener) => void process.on(name, listener),
    off: (name, listener) => void process.off(name, listener),
    raise: (name) => void process.kill(process.pid, name),
  },
  signal: new AbortController().signal,
  onReaderGone: () => undefined,
});
const display = io.qrDisplay({
  to: 'terminal',
  style,
  invert,
  otherWays: {
    short: ['wactl pair my-phone PHONE'],
    commands: ['wactl qr my-phone --output qr.png', 'wactl pair my-phone PHONE'],
  },
});
const showNext = (): void => {
  const payload = payloads.shift() ?? '';
  void display.show({ payload, expiresAt: new Date(Date.now() + 3_600_000), rescan: false });
};
const alive = setInterval(() => undefined, 3_600_000);
const end = async (status: number, text: string): Promise<void> => {
  clearInterval(alive);
  await display.end();
  io.done(text);
  await io.end();
  process.exitCode = status;
};
process.on('SIGUSR2', showNext);
process.once('SIGTERM', () => void end(0, 'paired'));
process.once('SIGINT', () => void end(130, 'stopped'));
io.say('before the QR');
if (code !== undefined) io.pairCodeDisplay(code, '15551234567', new Date(Date.now() + 3_600_000));
else if (spin === undefined) showNext();
else io.spinner(spin);
