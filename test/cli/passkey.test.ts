import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Running } from '../support/cli-running.ts';
import { chromiumPath } from '../support/browser.ts';
import { Place } from '../support/cli-place.ts';
import { darkTheme, readQr, takePicture } from '../support/terminal-picture.ts';
import { passkeyBrowser } from '../support/passkey-browser.ts';

let place: Place;
const phone = '15550100001';

beforeEach(async () => {
  place = await Place.make({ account: { passkey: true } });
});
afterEach(() => place.remove());

/** A `create` that waits for the passkey. */
async function asked(...flags: readonly string[]): Promise<Running> {
  const creating = place.start(['create', 'shop', '--json', ...flags]);
  place.sandbox.scan(await creating.qr());
  await creating.event(({ event }) => event === 'passkey');
  return creating;
}

const nothingStored = async (): Promise<void> => {
  expect((await place.run(['list'])).stdout).not.toContain('shop');
};

describe('an account behind a passkey', () => {
  it('is linked by three commands in a pipe, while create waits', async () => {
    const creating = await asked();
    const answered = await place.bash(
      'set -o pipefail; wactl passkey shop --options | wactl sandbox sign-passkey - | wactl passkey shop --assertion -',
    );
    expect({ ...answered, stderr: '' }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^shop: the phone shows the code .{4}-.{4}\n$/) as string,
      stderr: '',
    });
    const { status, stdout } = await creating.exited;
    expect(status).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; status?: string });
    expect(events.map(({ event }) => event).filter((event) => event !== 'status')).toEqual([
      'qr',
      'passkey',
      'passkey_code',
      'logged_in',
    ]);
    expect(events.find(({ event }) => event === 'passkey')).toMatchObject({
      id: 'shop',
      options: { rpId: 'whatsapp.com', userVerification: 'required' },
      timeout_seconds: 600,
      status: 'waiting_for_passkey',
    });
  });

  it('by code: the same', async () => {
    const creating = place.start(['create', 'shop', '--json', '--pair', `+${phone}`]);
    const { code } = await creating.event(({ event }) => event === 'pair_code');
    await place.sandbox.enterCode(phone, String(code));
    const { options } = await creating.event(({ event }) => event === 'passkey');
    const stdin = place.sandbox.signPasskey(JSON.stringify(options));
    const answered = await place.run(['passkey', 'shop', '--assertion', '-', '--json'], { stdin });
    expect(JSON.parse(answered.stdout)).toMatchObject({ id: 'shop', needs_confirmation: false });
    expect((await creating.exited).status).toBe(0);
  });

  it('shows a person the ways, and what the other commands say meanwhile', async () => {
    const creating = place.start(['create', 'shop', '--output', 'qr.txt']);
    await place.sandbox.waitFor('refs_received');
    await creating.said('qr.txt');
    place.sandbox.scan((await place.bash('until [ -s qr.txt ]; do sleep 0.05; done; cat qr.txt')).stdout);
    await creating.said('--assertion -');
    expect(creating.stderr).toContain(
      'This account asks for its passkey. Answer within 10 minutes, in another\nterminal:\n',
    );
    const state = await place.run(['status', 'shop']);
    expect(state.status).toBe(4);
    expect(state.stderr).toContain('answer with: wactl passkey shop');
    const shown = await place.run(['passkey', 'shop', '--snippet']);
    expect(shown.stdout).toMatch(/^navigator\.credentials\.get\(.*\n$/);
    const first = await place.run(['passkey', 'shop', '--assertion', '-'], { stdin: 'hello' });
    expect(first).toMatchObject({ status: 2 });
    expect(first.stderr).toContain('WhatsApp would not accept this answer: it is not JSON');
    creating.kill('SIGINT');
    expect((await creating.exited).status).toBe(130);
    await nothingStored();
  });

  it.skipIf(chromiumPath === undefined)(
    'is linked by passkey sign, in a browser with the passkey (skipped where there is no Chromium)',
    async () => {
      const browser = await passkeyBrowser(place.sandbox.phone().passkey);
      try {
        const creating = await asked();
        const env = { BROWSER_PATH: browser.path, WACTL_CONFIG_DIR: place.config };
        const answered = await place.bash(
          'set -o pipefail; wactl passkey shop --options | ' +
            'wactl --config-dir /nowhere passkey sign --browser "$BROWSER_PATH" | wactl passkey shop --assertion -',
          { env },
        );
        expect(answered).toMatchObject({
          status: 0,
          stdout: expect.stringMatching(/^shop: the phone shows the code .{4}-.{4}\n$/) as string,
        });
        expect((await creating.exited).status).toBe(0);
      } finally {
        await browser.close();
      }
    },
  );

  it('--compare: the link waits for --confirm', async () => {
    const creating = await asked('--compare');
    const { options } = await creating.event(({ event }) => event === 'passkey');
    const early = await place.run(['passkey', 'shop', '--confirm']);
    expect(early).toMatchObject({ status: 2 });
    const stdin = place.sandbox.signPasskey(JSON.stringify(options));
    const answered = await place.run(['passkey', 'shop', '--assertion', '-'], { stdin });
    expect(answered.stderr).toContain('if it does, say so with: wactl passkey shop --confirm');
    expect((await place.run(['passkey', 'shop', '--confirm'])).status).toBe(0);
    expect((await creating.exited).status).toBe(0);
  });

  it('on a terminal: --compare asks, and a yes links it', async () => {
    const terminal = await place.terminal(['create', 'shop', '--compare'], { columns: 120, rows: 40 });
    place.sandbox.scan(
      await terminal.waitFor(() => readQr(takePicture(terminal.screen, darkTheme)) ?? undefined),
    );
    await terminal.waitForText('This account asks for its passkey.');
    expect(terminal.text()).not.toMatch(/[▄▀█]/);
    const options = JSON.stringify(JSON.parse((await place.run(['passkey', 'shop', '--options'])).stdout));
    const code = place.sandbox.waitFor('passkey_code');
    const stdin = place.sandbox.signPasskey(options);
    await place.run(['passkey', 'shop', '--assertion', '-'], { stdin });
    const shown = (await code).code;
    await terminal.waitForText(`the phone shows the code ${shown.slice(0, 4)}-${shown.slice(4)}`);
    await terminal.waitForText('Does the phone show the same code?');
    terminal.sendKeys('y\r');
    expect(await terminal.exited).toMatchObject({ status: 0 });
  });

  it('on a terminal: a no, because the phone shows another code, links nothing', async () => {
    place.sandbox.fault({ kind: 'passkey', flaw: 'other_code' });
    const terminal = await place.terminal(['create', 'shop', '--compare'], { columns: 120, rows: 40 });
    place.sandbox.scan(
      await terminal.waitFor(() => readQr(takePicture(terminal.screen, darkTheme)) ?? undefined),
    );
    await terminal.waitForText('This account asks for its passkey.');
    const stdin = place.sandbox.signPasskey((await place.run(['passkey', 'shop', '--options'])).stdout);
    await place.run(['passkey', 'shop', '--assertion', '-'], { stdin });
    await terminal.waitForText('Does the phone show the same code?');
    terminal.sendKeys('n\r');
    expect(await terminal.exited).toMatchObject({ status: 2 });
    expect(place.sandbox.devices).toEqual([]);
    await nothingStored();
  });

  it('over the API of serve: a pairing by QR, with --compare', async () => {
    const env = { WACTL_TOKEN: 'a-token-for-the-tests' };
    const serving = place.start(['serve', '--listen', '0', '--json'], { env });
    const { url } = await serving.event(({ event }) => event === 'ready');
    const there = ['--server', String(url)];
    const creating = place.start([...there, 'create', 'shop', '--json', '--compare'], { env });
    place.sandbox.scan(await creating.qr());
    const { options } = await creating.event(({ event }) => event === 'passkey');
    const stdin = place.sandbox.signPasskey(JSON.stringify(options));
    const answered = await place.run([...there, 'passkey', 'shop', '--assertion', '-', '--json'], {
      env,
      stdin,
    });
    expect(JSON.parse(answered.stdout)).toMatchObject({ needs_confirmation: true });
    expect(await place.run([...there, 'passkey', 'shop', '--confirm'], { env })).toMatchObject({ status: 0 });
    expect(await creating.exited).toMatchObject({ status: 0 });
    serving.kill('SIGTERM');
    expect((await serving.exited).status).toBe(143);
  });

  it('a phone that acts by itself answers too: --auto-scan', async () => {
    await place.sandbox.close();
    const { startSandbox } = await import('../../src/sandbox/start-sandbox.ts');
    const sandbox = await startSandbox({ autoScan: true, account: { passkey: true } });
    const env = { WACTL_ENDPOINT: sandbox.endpoint, WACTL_ENDPOINT_ROOT: sandbox.rootKey };
    expect(await place.run(['create', 'shop', '--json'], { env })).toMatchObject({ status: 0 });
    await sandbox.close();
  });
});

describe('a passkey that leads nowhere', () => {
  it('nobody answers until --timeout: exit 10, and nothing is kept', async () => {
    const creating = await asked('--timeout', '3s');
    const { status, stdout } = await creating.exited;
    expect(status).toBe(10);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'passkey_required', exit_status: 10 },
    });
    await nothingStored();
  });

  it('of another account: refused by nobody, then the phone is silent', async () => {
    const creating = await asked();
    const { options } = await creating.event(({ event }) => event === 'passkey');
    const refused = place.sandbox.waitFor('passkey_refused');
    const stdin = place.sandbox.signPasskey(JSON.stringify(options), place.sandbox.phone('15550100002'));
    const answering = place.start(['passkey', 'shop', '--assertion', '-'], { stdin });
    expect(await refused).toMatchObject({ reason: 'this is not the passkey of the account' });
    answering.kill('SIGTERM');
    expect((await answering.exited).status).toBe(143);
    creating.kill('SIGTERM');
    expect((await creating.exited).status).toBe(143);
    await nothingStored();
  });

  it.each([[['--options']], [['--snippet']], [['--assertion', '-']], [['--confirm']]])(
    'a session that is not being paired: %j says so',
    async (flags) => {
      await place.run(['create', 'shop', '--no-connect']);
      const { status, stderr } = await place.run(['passkey', 'shop', ...flags], { stdin: '{}' });
      expect(status).toBe(2);
      expect(stderr).toContain('shop');
      expect(stderr).toContain('pair it with: wactl qr shop');
    },
  );
});
