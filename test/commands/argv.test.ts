import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { defineConfig } from '../../src/commands/config.ts';
import { defineConnect } from '../../src/commands/connect.ts';
import { defineCreate } from '../../src/commands/create.ts';
import { defineDelete } from '../../src/commands/delete.ts';
import { defineDemo } from '../../src/commands/demo.ts';
import { defineDevice } from '../../src/commands/device.ts';
import { defineBackup } from '../../src/commands/backup.ts';
import { defineExport } from '../../src/commands/export.ts';
import { defineImport } from '../../src/commands/import.ts';
import { defineDoctor } from '../../src/commands/doctor.ts';
import { defineDisconnect } from '../../src/commands/disconnect.ts';
import { defineList } from '../../src/commands/list.ts';
import { defineHosts } from '../../src/commands/hosts.ts';
import { defineLogs } from '../../src/commands/logs.ts';
import { defineLogout } from '../../src/commands/logout.ts';
import { definePasskey } from '../../src/commands/passkey.ts';
import { definePasskeySign } from '../../src/commands/passkey-sign.ts';
import { definePair } from '../../src/commands/pair.ts';
import { defineQr } from '../../src/commands/qr.ts';
import { defineRestart } from '../../src/commands/restart.ts';
import { defineSandbox } from '../../src/commands/sandbox.ts';
import { defineSandboxControl } from '../../src/commands/sandbox-control.ts';
import type { SandboxControlOptions } from '../../src/commands/sandbox-control.ts';
import { defineServe } from '../../src/commands/serve.ts';
import { defineShow } from '../../src/commands/show.ts';
import { defineStatus } from '../../src/commands/status.ts';
import { defineStore } from '../../src/commands/store.ts';
import { defineToken } from '../../src/commands/token.ts';
import { defineUpdate } from '../../src/commands/update.ts';
import { UsageError } from '../../src/errors.ts';
import { webhookEvents } from '../../src/domain/session.ts';
import { parseArgv } from '../support/parse-argv.ts';

type Run = (options: unknown) => Promise<never>;
type Program = Parameters<typeof defineSandboxControl>[0];

const commands = {
  config: defineConfig,
  connect: defineConnect,
  create: defineCreate,
  delete: defineDelete,
  rm: defineDelete,
  demo: defineDemo,
  device: defineDevice,
  disconnect: defineDisconnect,
  doctor: defineDoctor,
  export: defineExport,
  import: defineImport,
  backup: defineBackup,
  store: defineStore,
  list: defineList,
  hosts: defineHosts,
  logs: defineLogs,
  ls: defineList,
  logout: defineLogout,
  pair: definePair,
  passkey: (program: Program, run: Run) => definePasskeySign(definePasskey(program, run), run),
  qr: defineQr,
  restart: defineRestart,
  sandbox: defineSandbox,
  serve: defineServe,
  show: defineShow,
  status: defineStatus,
  token: defineToken,
  update: defineUpdate,
};

/** One word to an argument; '+1 555' is written +1_555. */
const words = (line: string): string[] => line.split(' ').map((word) => word.replaceAll('~', ' '));

const parse = (line: string): Promise<unknown> => {
  const argv = words(line);
  const define = commands[argv[0] as keyof typeof commands];
  return parseArgv(define, argv);
};

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const serving = {
  listen: [],
  socketMode: '600',
  allowRemote: false,
  allowHost: [],
  page: true,
  sessionMetrics: true,
};
const creating = { id: undefined, connect: true, pushNotification: true };

describe('a command line comes to', () => {
  it.each<[string, unknown]>([
    ['create', creating],
    ['create my-phone', { ...creating, id: 'my-phone' }],
    ['create --name My~phone', { ...creating, name: 'My phone' }],
    ['create a --no-connect', { ...creating, id: 'a', connect: false }],
    ['create --pair +1~555~123~4567', { ...creating, pair: '+1 555 123 4567' }],
    [
      'create --pair 1 --code abcd-efgh --no-push-notification',
      { ...creating, pair: '1', code: 'ABCDEFGH', pushNotification: false },
    ],
    ['create --proxy socks5://u:p@h:1', { ...creating, proxy: 'socks5://u:p@h:1' }],
    [
      'create --proxy-file - --webhook-secret-file s',
      { ...creating, proxyFile: '-', webhookSecretFile: 's' },
    ],
    [
      'update a --webhook-header X-A:1 --webhook-header b:~2',
      { id: 'a', webhook: true, webhookHeader: { 'x-a': '1', b: '2' } },
    ],
    ['update a --no-webhook-header', { id: 'a', webhook: true, webhookHeader: false }],
    ['update a --webhook-header-file -', { id: 'a', webhook: true, webhookHeaderFile: '-' }],
    ['update a --proxy-file p', { id: 'a', webhook: true, proxyFile: 'p' }],
    ['pair a 1 --code-file c', { id: 'a', phone: '1', pushNotification: true, codeFile: 'c' }],
    ['create --timeout 90', { ...creating, timeout: 90_000 }],
    ['create --web', { ...creating, web: true }],
    ['qr a --web', { id: 'a', web: true }],
    ['pair a 1 --web', { id: 'a', phone: '1', pushNotification: true, web: true }],
    ['create --format raw', { ...creating, format: 'raw' }],
    ['create --output qr.png', { ...creating, output: 'qr.png' }],
    ['create --style ascii --invert', { ...creating, style: 'ascii', invert: true }],
    [
      `create --webhook-url https://example.com --webhook-events message,session.qr --webhook-secret ${secret}`,
      {
        ...creating,
        webhookUrl: 'https://example.com/',
        webhookEvents: ['session.qr', 'message'],
        webhookSecret: secret,
      },
    ],
    ['create --webhook-proxy', { ...creating, webhookProxy: true }],
    ['create --webhook-events all', { ...creating, webhookEvents }],
    ['qr', { id: undefined }],
    ['show', { id: undefined }],
    ['device', { id: undefined }],
    ['qr a', { id: 'a' }],
    [
      'qr a --style half-block --invert --timeout 2m',
      { id: 'a', style: 'half-block', invert: true, timeout: 120_000 },
    ],
    ['qr a --format svg --output x', { id: 'a', format: 'svg', output: 'x' }],
    ['pair a +1~555', { id: 'a', phone: '+1 555', pushNotification: true }],
    [
      'pair a 1555 --code 12345678 --no-push-notification --timeout 1h',
      { id: 'a', phone: '1555', code: '12345678', pushNotification: false, timeout: 3_600_000 },
    ],
    ['status', { ids: [], all: false, offline: false, expect: 'logged_in', timeout: 30_000 }],
    ['status a b', { ids: ['a', 'b'], all: false, offline: false, expect: 'logged_in', timeout: 30_000 }],
    [
      'status --all --offline --expect logged_out --timeout 500ms',
      { ids: [], all: true, offline: true, expect: 'logged_out', timeout: 500 },
    ],
    ['list', { page: 1, perPage: 25 }],
    ['list --watch --every 1.5s', { page: 1, perPage: 25, watch: true, every: 1_500 }],
    [
      'ls --status failed,logged_out --search ada --page 3 --per-page 7',
      { status: ['failed', 'logged_out'], search: 'ada', page: 3, perPage: 7 },
    ],
    ['show a', { id: 'a' }],
    ['device a', { id: 'a' }],
    ['connect a b', { ids: ['a', 'b'], all: false }],
    ['connect a --force', { ids: ['a'], all: false, force: true }],
    ['connect --all --max-retries 0', { ids: [], all: true, maxRetries: 0 }],
    ['doctor', { fix: false, offline: false }],
    ['doctor --fix --offline', { fix: true, offline: true }],
    ['export a b --output f', { ids: ['a', 'b'], output: 'f', move: false, armor: false, yes: false }],
    ['export a -o - --move --armor -y', { ids: ['a'], output: '-', move: true, armor: true, yes: true }],
    [
      'export a -o f --recipient age1x --recipient age1y',
      { ids: ['a'], output: 'f', recipient: ['age1x', 'age1y'], move: false, armor: false, yes: false },
    ],
    ['export a --to-baileys d -y', { ids: ['a'], toBaileys: 'd', move: false, armor: false, yes: true }],
    ['import --from-baileys d --as b', { file: undefined, fromBaileys: 'd', as: 'b', yes: false }],
    [
      'import --from-whatsmeow s.db --jid 1:2@s.whatsapp.net',
      { file: undefined, fromWhatsmeow: 's.db', jid: '1:2@s.whatsapp.net', yes: false },
    ],
    ['import f', { file: 'f', yes: false }],
    ['import - --as b --identity k --yes', { file: '-', as: 'b', identity: 'k', yes: true }],
    ['import f --passphrase-file -', { file: 'f', passphraseFile: '-', yes: false }],
    ['backup f --passphrase-file p', { file: 'f', passphraseFile: 'p', armor: false }],
    ['backup - --armor --recipient age1x', { file: '-', armor: true, recipient: ['age1x'] }],
    ['store copy d postgres://h/d', { from: 'd', to: 'postgres://h/d', giveUp: false, yes: false }],
    ['store copy - d --give-up -y', { from: '-', to: 'd', giveUp: true, yes: true }],
    ['disconnect a b', { ids: ['a', 'b'], all: false }],
    ['token create ci --scope read', { action: 'create', name: 'ci', scope: 'read' }],
    [
      'token create ci --scope admin --session a',
      { action: 'create', name: 'ci', scope: 'admin', session: 'a' },
    ],
    ['token list', { action: 'list' }],
    ['token revoke ci', { action: 'revoke', name: 'ci', yes: false }],
    ['token revoke ci -y', { action: 'revoke', name: 'ci', yes: true }],
    ['hosts', {}],
    ['logs', { id: undefined, follow: false }],
    ['logs a -fn 20', { id: 'a', follow: true, lines: 20 }],
    ['disconnect --all', { ids: [], all: true }],
    ['restart a', { id: 'a' }],
    ['restart a --timeout 5s', { id: 'a', timeout: 5_000 }],
    ['logout a', { id: 'a', yes: false }],
    ['logout a -y --timeout 5', { id: 'a', yes: true, timeout: 5_000 }],
    ['delete a', { ids: ['a'], yes: false, force: false }],
    ['rm a b --yes --force --timeout 5', { ids: ['a', 'b'], yes: true, force: true, timeout: 5_000 }],
    ['update a', { id: 'a', webhook: true }],
    ['update a --name Ada', { id: 'a', webhook: true, name: 'Ada' }],
    ['update a --proxy http://h:1', { id: 'a', webhook: true, proxy: 'http://h:1' }],
    ['update a --no-webhook-proxy', { id: 'a', webhook: true, webhookProxy: false }],
    ['update a --no-proxy --no-webhook', { id: 'a', webhook: false, proxy: false }],
    [
      'update a --webhook-url http://127.0.0.1:1/',
      { id: 'a', webhook: true, webhookUrl: 'http://127.0.0.1:1/' },
    ],
    ['config get log_level', { action: 'get', key: 'log_level' }],
    ['config set log_level debug', { action: 'set', key: 'log_level', value: 'debug' }],
    ['config unset log_level', { action: 'unset', key: 'log_level' }],
    ['config list', { action: 'list' }],
    ['config path', { action: 'path' }],
    ['config encryption', { action: 'encryption', rotate: false }],
    ['config encryption --to passphrase --rotate', { action: 'encryption', to: 'passphrase', rotate: true }],
    ['config encryption --to-key-file k', { action: 'encryption', toKeyFile: 'k', rotate: false }],
    ['serve', serving],
    [
      'serve --listen 80 --listen unix:/s --socket-mode 660',
      { ...serving, listen: [{ host: '127.0.0.1', port: 80 }, { path: '/s' }], socketMode: '660' },
    ],
    ['serve --tls-cert c --tls-key k', { ...serving, tlsCert: 'c', tlsKey: 'k' }],
    ['serve --no-session-metrics', { ...serving, sessionMetrics: false }],
    ['serve --log-format json --log-level debug', { ...serving, logFormat: 'json', logLevel: 'debug' }],
    ['sandbox', { port: 0, autoScan: false, detach: false, env: false }],
    [
      'sandbox --port 4000 --seed s --auto-scan --detach --env',
      { port: 4000, seed: 's', autoScan: true, detach: true, env: true },
    ],
    ['sandbox --push-name Ann', { port: 0, autoScan: false, detach: false, env: false, pushName: 'Ann' }],
    ['sandbox --passkey', { port: 0, autoScan: false, detach: false, env: false, passkey: true }],
    ['qr a --compare', { id: 'a', compare: true }],
    ['pair a 1 --compare', { id: 'a', phone: '1', pushNotification: true, compare: true }],
    ['create --compare', { ...creating, compare: true }],
    ['passkey', { id: undefined }],
    ['passkey sign --browser b --profile p', { browser: 'b', profile: 'p' }],
    ['passkey a --options', { id: 'a', options: true }],
    ['passkey a --snippet', { id: 'a', snippet: true }],
    ['passkey a --assertion -', { id: 'a', assertion: '-' }],
    ['passkey a --confirm', { id: 'a', confirm: true }],
    ['demo', {}],
  ])('%s', async (line, options) => {
    expect(await parse(line)).toEqual(options);
  });
});

describe('sandbox orders', () => {
  const define = (program: Program, run: (options: SandboxControlOptions) => Promise<never>): void => {
    const sandbox = defineSandbox(program, () => Promise.reject(new Error('not this one')));
    defineSandboxControl(sandbox, '', run);
  };

  it.each<[string, SandboxControlOptions]>([
    ['scan - --phone 1555', { action: 'scan', qr: '-', phone: '1555' }],
    ['scan --latest', { action: 'scan', qr: undefined, latest: true }],
    ['push-name Ann --phone 1555', { action: 'push-name', name: 'Ann', phone: '1555' }],
    ['sign-passkey - --phone 1555', { action: 'sign-passkey', options: '-', phone: '1555' }],
    ['faults', { action: 'faults', clear: false }],
    ['faults --clear --endpoint ws://a', { action: 'faults', clear: true, endpoint: 'ws://a' }],
    ['fault close --endpoint ws://a', { action: 'fault', fault: { kind: 'close' }, endpoint: 'ws://a' }],
    ['env', { action: 'env' }],
    ['enter-code 1555 ABCD-EFGH', { action: 'enter-code', phone: '1555', code: 'ABCD-EFGH' }],
    ['unlink a', { action: 'unlink', id: 'a' }],
    ['send a hello', { action: 'send', id: 'a', text: 'hello' }],
    ['fault close --code 401 --times 2', { action: 'fault', fault: { kind: 'close', code: 401, times: 2 } }],
    ['devices', { action: 'devices' }],
    ['stop', { action: 'stop' }],
  ])('%s', async (line, options) => {
    expect(await parseArgv(define, ['sandbox', ...words(line)])).toEqual(options);
  });
});

describe('a bad value', () => {
  it.each<[string, RegExp]>([
    ['create --timeout soon', /90s, 2m, 1h/],
    ['create --proxy ftp://h', /socks5:\/\//],
    ['create --code 1234', /no 0, I, O or U/],
    ['create --webhook-url ftp://example.com', /https:/],
    ['create --webhook-events hello', /all, session\.qr/],
    ['create --webhook-secret abc', /openssl/],
    ['status a --expect online', /one of: disconnected, /],
    ['status a --timeout 0', /90s, 2m, 1h/],
    ['list --status failed,online', /one of: disconnected, /],
    ['list --watch --every 500ms', /give 1s or more/],
    ['status --watch --every 4s', /give 5s or more/],
    [`create --name ${'x'.repeat(201)}`, /shorter/],
  ])('%s is refused, with what to do', async (line, hint) => {
    const error = await parse(line).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).hint).toMatch(hint);
  });

  it.each(['list --page 0', 'list --per-page -1', 'connect a --max-retries many', 'sandbox --port 1.5'])(
    '%s is refused',
    async (line) => {
      await expect(parse(line)).rejects.toBeInstanceOf(UsageError);
    },
  );

  it.each([
    'create a b',
    'create --format gif',
    'qr a --style fancy',
    'pair a',
    'delete',
    'status a --nonsense',
    'config set log_level',
    'create --no-connect --pair +1',
    'create --no-connect --output x.png',
    'create --no-connect --timeout 5',
    'create --pair +1 --output x.png',
    'create --pair +1 --style ascii',
    'qr a --output x.png --invert',
  ])('%s is refused by the parser', async (line) => {
    await expect(parse(line)).rejects.toBeInstanceOf(CommanderError);
  });
});
