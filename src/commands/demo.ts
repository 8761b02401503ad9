import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { runCreate } from './create.ts';
import { runDelete } from './delete.ts';
import { runDisconnect } from './disconnect.ts';
import { runList } from './list.ts';
import { runStatus } from './status.ts';

/** `demo`: a tour without a phone. */
export function defineDemo(program: Command, run: (options: object) => Promise<void>): void {
  program
    .command('demo')
    .summary('take a tour in seconds, without a phone')
    .description(
      'Starts an emulated WhatsApp, pairs a session with its phone, shows its status and deletes it. It uses a directory ' +
        'of its own and does not touch your sessions.',
    )
    .action(() => run({}));
}

const id = 'my-phone';
/** How long the QR is to be seen before the emulated phone scans it. */
const scanAfterMs = 1_500;
const pairing = { id, connect: true, pushNotification: true };

/** Each step is the real command, on an empty store, against a sandbox. Ends at the first that fails. */
export async function runDemo(cx: Context): Promise<number> {
  const host = await cx.sandbox();
  const sandbox = await host.start({ autoScan: true, scanAfterMs: cx.io.canDraw ? scanAfterMs : 0 });
  try {
    const scratch = await cx.scratch(sandbox.endpoint);
    try {
      return await tour(scratch.cx);
    } finally {
      await scratch.end();
    }
  } finally {
    await sandbox.close();
  }
}

async function tour(cx: Context): Promise<number> {
  const step = (line: string, about: string): void => {
    for (const words of ['', `# ${about}`, `$ ${line}`]) cx.io.say(words);
  };
  step('wactl sandbox --auto-scan --detach', 'start an emulated WhatsApp, with a phone that scans every QR');
  if (cx.io.canDraw || cx.io.json) {
    step(`wactl create ${id}`, 'pair it: the phone scans the QR, WhatsApp logs the new device in');
    await runCreate(cx, pairing);
  } else {
    step(`wactl create ${id} --pair "+1 555 010 0001"`, 'pair it by a code typed on the phone');
    await runCreate(cx, { ...pairing, pair: '+1 555 010 0001' });
  }
  step(`wactl status ${id}`, 'ask WhatsApp whether it is logged in');
  const asking = { ids: [id], all: false, offline: false, timeout: 30_000 };
  const exitStatus = await runStatus(cx, { ...asking, expect: 'logged_in' });
  if (exitStatus !== 0) return exitStatus;
  step(`wactl disconnect ${id}`, 'offline already, as no process keeps it online; its credentials are kept');
  await runDisconnect(cx, { ids: [id], all: false });
  step('wactl list', 'the sessions in the store');
  await runList(cx, { page: 1, perPage: 25 });
  step(`wactl delete ${id} --yes`, 'unlink it from the phone and delete its data');
  await runDelete(cx, { ids: [id], yes: true, force: false });
  cx.io.say('');
  cx.io.say('That was the tour. With your own phone: wactl create my-phone');
  return 0;
}
