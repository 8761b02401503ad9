import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useMultiFileAuthState } from '@whiskeysockets/baileys';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { echoBot } from '../support/bot-script.ts';
import { Place } from '../support/cli-place.ts';
import { closeCode, connectBaileys, disconnect, nextQr, opened } from '../support/sandbox-baileys.ts';

const docs = fileURLToPath(new URL('../../docs/bots.md', import.meta.url));

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** A bot on stock Baileys alone, in the folder that docs/bots.md names: it pairs, logs in once, and ends. */
async function formerBot(folder: string): Promise<void> {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  const connect = () => {
    const socket = connectBaileys(place.sandbox.endpoint, state);
    socket.ev.on('creds.update', () => void saveCreds());
    return socket;
  };
  const pairing = connect();
  const paired = closeCode(pairing);
  place.sandbox.scan(await nextQr(pairing));
  expect(await paired).toBe(515);
  const socket = connect();
  await opened(socket);
  disconnect(socket);
  await place.sandbox.until(() => place.sandbox.devices[0]?.online === false);
  await saveCreds();
}

it('a bot with a folder of useMultiFileAuthState goes on as the same device, by the lines of docs/bots.md', async () => {
  await formerBot(join(place.work, 'auth_info'));
  const [device] = place.sandbox.devices;
  const [, lines = ''] =
    /## From a folder of useMultiFileAuthState[^]*?```sh\n([^]*?)```/.exec(await readFile(docs, 'utf8')) ??
    [];
  expect(lines).toMatch(/^npm install wactl\nnpx wactl import /);
  const own = 'npm() { :; }\nnpx() { "$@"; }\n';
  const imported = await place.bash(`set -e\n${own}${lines}`);
  expect(imported.status, imported.stderr).toBe(0);
  const bot = place.script(await echoBot(), ['shop']);
  await bot.waitFor(() => bot.stdout.includes('online\n'));
  place.sandbox.sendText(device?.jid ?? '', 'still there?');
  await bot.waitFor(() => bot.stdout.includes('message still there?\n'));
  expect(place.sandbox.devices).toEqual([device]);
  expect(device).toMatchObject({ online: true, preKeyUploads: 1, maxConnections: 1 });
});
