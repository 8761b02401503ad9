import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { afterAll, describe, expect, test } from 'vitest';
import { commandSettings } from '../../src/settings/command-settings.ts';
import { configDirectory } from '../../src/settings/config-directory.ts';
import { openSettings } from '../../src/settings/open-settings.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-settings-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const newDirectory = (): string => join(mkdtempSync(join(parent, 'config-')), 'wactl');

/** Settings of a directory whose file says this. */
function settingsOf(content: unknown, env: Record<string, string> = {}) {
  const directory = newDirectory();
  mkdirSync(directory);
  writeFileSync(
    join(directory, 'config.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
  return openSettings({ directory, env });
}

describe('where the settings are', () => {
  test.each([
    ['/flag', { WACTL_CONFIG_DIR: '/env' }, '/flag'],
    [undefined, { WACTL_CONFIG_DIR: '/env' }, '/env'],
    ['here', {}, resolve('here')],
    [undefined, { WACTL_CONFIG_DIR: '' }, envPaths('wactl', { suffix: '' }).config],
  ])('flag %s, environment %j: %s', (flag, env, directory) => {
    expect(configDirectory(flag, env)).toBe(resolve(directory));
  });
});

describe('reading', () => {
  test('no file: the defaults, and nothing is made', () => {
    const directory = newDirectory();
    const settings = openSettings({ directory, env: {} });
    expect([settings.get('max_retries'), settings.source('max_retries')]).toEqual([10, 'default']);
    expect(settings.row('proxy')).toMatchObject({ value: null, source: 'default' });
    expect(existsSync(directory)).toBe(false);
  });

  test('environment over file over default', () => {
    const file = { endpoint: 'ws://127.0.0.1:1', max_retries: 3 };
    const settings = settingsOf(file, { WACTL_ENDPOINT: 'ws://127.0.0.1:2', WACTL_ENDPOINT_ROOT: '' });
    expect([settings.get('endpoint'), settings.source('endpoint')]).toEqual([
      'ws://127.0.0.1:2',
      'environment',
    ]);
    expect([settings.get('max_retries'), settings.source('max_retries')]).toEqual([3, 'file']);
    expect([settings.get('endpoint_root'), settings.source('endpoint_root')]).toEqual([null, 'default']);
  });

  test('a file written by hand may say a number as text, and a list as either', () => {
    const settings = settingsOf({ max_retries: '4', webhook_events: 'message', log_level: 'info' });
    expect(settings.get('max_retries')).toBe(4);
    expect(settings.get('webhook_events')).toEqual(['message']);
    expect(settingsOf({ webhook_events: ['message'] }).get('webhook_events')).toEqual(['message']);
  });

  test.each(['{"proxy": ', '[]', 'null', '"text"', ''])(
    'a broken file %j is named in the error',
    (content) => {
      const settings = settingsOf(content);
      expect(() => settings.get('proxy')).toThrow(settings.path);
      expect(() => settings.list()).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  test.each([
    ['max_retries', -1],
    ['max_retries', {}],
    ['qr_style', null],
    ['device_name', ['a', 'b']],
    ['device_name', {}],
    ['proxy', true],
    ['webhook_events', { message: true }],
  ] as const)('a bad value of %s in the file is refused when it is asked for: %j', (key, value) => {
    const settings = settingsOf({ [key]: value });
    expect(settings.get('whatsapp_version')).toBeNull();
    expect(() => settings.get(key)).toThrow(`${key} in ${settings.path}`);
  });

  test('a bad value in the environment names the variable', () => {
    const settings = settingsOf({}, { WACTL_ENDPOINT: 'wss://example.com' });
    expect(() => settings.get('endpoint')).toThrow('WACTL_ENDPOINT: ');
  });

  test('an unknown key is refused with the nearest one', () => {
    const settings = settingsOf({});
    expect(() => settings.row('web_hook')).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(/^did you mean webhook_url\?.*log_level/) as string,
      }),
    );
    expect(() => settings.row('foo')).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^the settings are: /) as string }),
    );
    expect(() => settings.row('__proto__')).toThrow('unknown setting');
  });

  test('another process that changes the file is seen at the next look', async () => {
    const directory = newDirectory();
    const running = commandSettings(openSettings({ directory, env: {} }));
    expect(running.webhook).toBeNull();
    await openSettings({ directory, env: {} }).set('webhook_url', 'https://example.com/');
    expect(running.webhook).toMatchObject({ url: 'https://example.com/' });
    await openSettings({ directory, env: {} }).unset('webhook_url');
    expect(running.webhook).toBeNull();
  });

  test('all events are shown as a word, some by their names', () => {
    const shown = (events: unknown) => settingsOf({ webhook_events: events }).row('webhook_events').value;
    expect(shown(undefined)).toBe('all');
    expect(shown('all')).toBe('all');
    expect(shown('message,qr')).toBe('session.qr,message');
  });

  test('a password in an address is not shown', () => {
    const settings = settingsOf({ proxy: 'http://user:secret@127.0.0.1:1' });
    const shown = settings.list().find(({ key }) => key === 'proxy');
    expect(shown).toMatchObject({ value: 'http://user:***@127.0.0.1:1', source: 'file' });
    expect(settings.get('proxy')).toContain('secret');
  });
});

describe('writing', () => {
  test('set and unset change one value in a private file, and leave the others', async () => {
    const directory = newDirectory();
    const settings = openSettings({ directory, env: {} });
    await settings.set('max_retries', '7');
    await settings.set('webhook_events', 'message,session.qr');
    await settings.set('proxy', 'http://127.0.0.1:1');
    await settings.unset('proxy');
    await settings.unset('device_name');
    expect(settings.path).toBe(join(directory, 'config.json'));
    expect(JSON.parse(readFileSync(settings.path, 'utf8'))).toEqual({
      max_retries: 7,
      webhook_events: ['session.qr', 'message'],
    });
    expect(settings.get('max_retries')).toBe(7);
    expect(openSettings({ directory, env: {} }).get('webhook_events')).toEqual(['session.qr', 'message']);
    if (process.platform === 'win32') return;
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(settings.path).mode & 0o777).toBe(0o600);
  });

  test.runIf(process.platform !== 'win32')('a file that others could read is closed to them', async () => {
    const settings = settingsOf({ max_retries: 1 });
    chmodSync(settings.path, 0o644);
    await settings.set('max_retries', '2');
    expect(statSync(settings.path).mode & 0o777).toBe(0o600);
  });

  test('a bad value or key changes nothing', async () => {
    const settings = settingsOf({ max_retries: 1, of_a_newer_version: true });
    await expect(settings.set('max_retries', 'many')).rejects.toMatchObject({ code: 'usage' });
    await expect(settings.set('max_retry', '1')).rejects.toMatchObject({ code: 'usage' });
    await expect(settings.unset('max_retry')).rejects.toMatchObject({ code: 'usage' });
    expect(JSON.parse(readFileSync(settings.path, 'utf8'))).toEqual({
      max_retries: 1,
      of_a_newer_version: true,
    });
  });

  test('a bad value can be replaced, a broken file is left alone', async () => {
    const settings = settingsOf({ max_retries: 'many' });
    await settings.set('max_retries', '2');
    expect(settings.get('max_retries')).toBe(2);
    const broken = settingsOf('{');
    await expect(broken.set('max_retries', '2')).rejects.toMatchObject({ code: 'usage' });
    expect(readFileSync(broken.path, 'utf8')).toBe('{');
  });

  test('a file in place of the directory is named in the error', async () => {
    const directory = newDirectory();
    writeFileSync(directory, '');
    const settings = openSettings({ directory, env: {} });
    await expect(settings.set('max_retries', '2')).rejects.toMatchObject({ code: 'store_locked' });
  });
});

describe('in a backup', () => {
  test('are those of the file, as they were typed, but for what is of one machine', () => {
    const content = {
      proxy: 'http://ada:hunter2@127.0.0.1:1',
      webhook_events: ['message'],
      max_retries: 3,
      endpoint: 'ws://127.0.0.1:1/',
      of_later: 'x',
    };
    const settings = settingsOf(content, { WACTL_PROXY: 'http://other:1' });
    expect(settings.portable()).toEqual({
      proxy: 'http://ada:hunter2@127.0.0.1:1',
      webhook_events: 'message',
      max_retries: '3',
    });
  });

  test('are put back all at once, beside what else is there; what has another value is named before', async () => {
    const settings = settingsOf({ device_name: 'Laptop', max_retries: 3, of_later: 'x' });
    const plan = settings.planRestore({ device_name: 'Shop', max_retries: '3', webhook_events: 'message' });
    expect(plan.replaced).toEqual(['device_name']);
    expect(settings.get('device_name')).toBe('Laptop');
    await plan.store();
    expect(JSON.parse(readFileSync(settings.path, 'utf8'))).toEqual({
      device_name: 'Shop',
      max_retries: 3,
      webhook_events: ['message'],
      of_later: 'x',
    });
    expect(settings.portable()).toEqual({ device_name: 'Shop', max_retries: '3', webhook_events: 'message' });
  });

  test.each([{ of_later: 'x' }, { max_retries: 'many' }])(
    '%j is refused before anything is changed',
    (values) => {
      const settings = settingsOf({});
      expect(() => settings.planRestore(values)).toThrow();
    },
  );
});

describe('as commands use them', () => {
  test('are the defaults when nothing is set', () => {
    const { webhook, proxy, endpoint, maxRetries, qrStyle } = commandSettings(settingsOf({}));
    expect({ webhook, proxy, endpoint, maxRetries, qrStyle }).toEqual({
      webhook: null,
      proxy: null,
      endpoint: null,
      maxRetries: 10,
      qrStyle: 'auto',
    });
  });

  test('webhook and endpoint are put together', () => {
    const rootKey = 'ab'.repeat(32);
    const settings = commandSettings(
      settingsOf(
        { webhook_url: 'https://example.com/', webhook_events: ['message'], endpoint: 'ws://127.0.0.1:1' },
        {
          WACTL_ENDPOINT_ROOT: rootKey,
        },
      ),
    );
    expect(settings.webhook).toEqual({
      url: 'https://example.com/',
      events: ['message'],
      secret: null,
      viaProxy: false,
    });
    expect(settings.endpoint).toEqual({ url: 'ws://127.0.0.1:1', rootKey });
  });

  test('a bad value throws only when it is read', () => {
    const settings = commandSettings(settingsOf({ endpoint: 'ws://127.0.0.1:1' }));
    expect(settings.maxRetries).toBe(10);
    expect(() => settings.endpoint).toThrow('endpoint is set without endpoint_root');
  });
});
