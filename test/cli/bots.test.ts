import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { botScript, echoBot } from '../support/bot-script.ts';
import { Place } from '../support/cli-place.ts';
import type { Running } from '../support/cli-running.ts';

let bot: string;
let place: Place;
beforeAll(async () => {
  bot = await echoBot();
});
beforeEach(async () => {
  place = await Place.make();
  await place.pair('shop');
});
afterEach(() => place.remove());

const jid = () => place.sandbox.devices[0]?.jid ?? '';

async function online(script = bot): Promise<Running> {
  const running = place.script(script, ['shop']);
  await running.waitFor(() => running.stdout.includes('online\n'));
  return running;
}

describe('the example bot', () => {
  it('answers messages, and any shell sees it', async () => {
    const running = await online();
    const id = place.sandbox.sendText(jid(), 'hello');
    await running.waitFor(() => running.stdout.includes('message hello\n'));
    await place.sandbox.until(
      () => !place.sandbox.devices[0]?.undelivered.some(({ attrs }) => attrs['id'] === id),
    );
    expect(JSON.parse((await place.run(['list', '--json'])).stdout)).toMatchObject({
      sessions: [{ id: 'shop', status: 'logged_in' }],
    });
    expect(JSON.parse((await place.run(['show', 'shop', '--json'])).stdout)).toMatchObject({
      status: 'logged_in',
      holder: { program: 'echo-bot.js', stays: true },
      engine: { name: 'Baileys of echo-bot.js', version: '7.0.0-rc14' },
    });
    expect((await place.run(['show', 'shop'])).stdout).toMatch(
      /^held by\techo-bot\.js \(process \d+\), since /m,
    );
    expect(await place.run(['status', 'shop'])).toMatchObject({ status: 0 });
    expect(place.sandbox.device(jid())).toMatchObject({ maxConnections: 1 });
  });

  it('keeps the session from connect, and restart names it', async () => {
    await online();
    expect(await place.run(['connect', 'shop'])).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/shop: already online, held by echo-bot\.js \(process \d+\)/) as string,
    });
    const { status, stderr } = await place.run(['restart', 'shop']);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/shop is kept online by echo-bot\.js .*\n.*restart that program/) as string,
    ]);
  });

  it('disconnect takes the session away from it', async () => {
    const running = await online();
    expect(await place.run(['disconnect', 'shop'])).toMatchObject({ status: 0 });
    await running.waitFor(() => running.stdout.includes('another command took shop offline\n'));
    expect(place.sandbox.device(jid())).toMatchObject({ online: false });
    const other = place.start(['connect', 'shop', '--json']);
    await other.event(({ event, status }) => event === 'status' && status === 'logged_in');
    expect(place.sandbox.device(jid())).toMatchObject({ maxConnections: 1 });
  });

  it('logout unlinks it', async () => {
    const running = await online();
    expect(await place.run(['logout', 'shop', '--yes'])).toMatchObject({ status: 0 });
    await running.waitFor(() => running.stdout.includes('another command unlinks shop'));
    expect(place.sandbox.devices).toEqual([]);
    expect(JSON.parse((await place.run(['show', 'shop', '--json'])).stdout)).toMatchObject({
      status: 'logged_out',
      paired: false,
      holder: null,
    });
  });

  it('a bot that was killed frees the session by itself', async () => {
    const running = await online();
    running.kill('SIGKILL');
    await running.exited;
    await online();
    expect(place.sandbox.device(jid())).toMatchObject({
      logins: expect.any(Number) as number,
      maxConnections: 1,
    });
  });

  it('ends with its session when it is asked to', async () => {
    const running = await online();
    running.kill('SIGTERM');
    await running.waitFor(() => running.stdout.includes('this program has let it go'));
    await place.sandbox.until(() => place.sandbox.device(jid())?.online === false);
    expect(JSON.parse((await place.run(['show', 'shop', '--json'])).stdout)).toMatchObject({ holder: null });
  });
});

it('loads nothing of Baileys, of libsignal or of the engine', async () => {
  const script = await botScript(
    'looks-bot.cjs',
    `const { useSession } = require('wactl/baileys');
     useSession('shop').then(async (session) => {
       console.log(JSON.stringify(Object.keys(require.cache)));
       await session.close();
     });`,
  );
  const { stdout } = await place.script(script).exited;
  const files = JSON.parse(stdout) as string[];
  expect(files.some((path) => path.endsWith('/baileys.cjs'))).toBe(true);
  const texts = await Promise.all(
    files.filter((path) => path.endsWith('.cjs')).map((path) => readFile(path, 'utf8')),
  );
  expect(texts.filter((text) => /SessionCipher|WhisperMessageKeys|makeWASocket\(/.test(text))).toEqual([]);
  expect(files.filter((path) => /node_modules\/(?!\.cache|@libsql)/.test(path))).toEqual([]);
});

describe('a program that does not show its socket', () => {
  const source = `
    import makeWASocket from '@whiskeysockets/baileys';
    import { useSession } from 'wactl/baileys';
    const session = await useSession('shop');
    const sock = makeWASocket({ auth: session.state, waWebSocketUrl: session.endpoint.url });
    sock.ev.on('creds.update', session.saveCreds);
    sock.ev.on('connection.update', ({ connection }) => connection === 'open' && console.log('online'));
    session.signal.addEventListener('abort', () => { sock.end(); void session.close(); });
  `;

  it('holds the session, and lets it go on its signal', async () => {
    const running = await online(await botScript('plain-bot.js', source));
    expect(JSON.parse((await place.run(['show', 'shop', '--json'])).stdout)).toMatchObject({
      holder: { program: 'plain-bot.js' },
    });
    expect(await place.run(['disconnect', 'shop'])).toMatchObject({ status: 0 });
    expect(JSON.parse((await place.run(['show', 'shop', '--json'])).stdout)).toMatchObject({ holder: null });
    running.kill('SIGKILL');
  });

  it('and disconnect says so when it does not', async () => {
    const running = await online(
      await botScript('deaf-bot.js', source.replace(/session\.signal\.addEventListener.*/, '')),
    );
    const { status, stderr } = await place.run(['disconnect', 'shop']);
    expect([status, stderr]).toEqual([
      6,
      expect.stringMatching(
        /deaf-bot\.js \(process \d+\) was told to end its connection, and has not\n.*kill \d+/,
      ) as string,
    ]);
    running.kill('SIGKILL');
  });
});
