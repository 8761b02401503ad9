// An emulated WhatsApp that sends each of its devices the given number of messages at each SIGUSR2, evenly. Prints lines
// of JSON: its address, and when all messages are sent, and acknowledged.
import { setImmediate as turn } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

const each = Number(process.argv[2] ?? '10000');
/** Sent in one turn of the event loop, to each device in turn. */
const batch = 20;
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const sandbox = await startSandbox();
let flood = 0;

async function send(): Promise<void> {
  const number = ++flood;
  const { devices } = sandbox;
  for (let first = 0; first < each; first += batch) {
    for (const { jid } of devices)
      for (let at = first; at < Math.min(each, first + batch); at += 1)
        sandbox.sendText(jid, `flood ${String(number)} ${String(at)}`);
    await turn();
  }
  say({ event: 'sent', flood: number });
  await sandbox.until(() => devices.every(({ undelivered }) => undelivered.length === 0));
  say({ event: 'acknowledged', flood: number });
}

process.on('SIGUSR2', () => void send());
process.once('SIGTERM', () => void sandbox.close());
say({ event: 'ready', endpoint: sandbox.endpoint, endpoint_root: sandbox.rootKey });
