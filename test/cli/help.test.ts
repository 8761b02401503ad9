import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { examples } from '../../src/help/examples.ts';
import { Place } from '../support/cli-place.ts';

let place: Place;

beforeAll(async () => {
  place = await Place.make();
});
afterAll(() => place.remove());

const program = join(inject('wactl'), '../../dist/main.cjs');

it.each([
  '',
  '--json',
  '--help',
  '--version',
  '-V',
  'help ls',
  'help exit-codes',
  'help json --json',
  'config --help --json',
  'sandbox fault -h',
])('the launcher answers "%s" byte for byte as the program does', async (line) => {
  const own = await place.bash(`wactl ${line}`);
  expect(own).toEqual(await place.bash(`'${process.execPath}' '${program}' ${line}`));
  expect(own).toMatchObject({ status: 0, stderr: '' });
});

it.each(['help sandbox scan', 'help config set --json', 'help list'])(
  '"%s" is the help of that command, byte for byte',
  async (line) => {
    const flags = line.includes('--json') ? ' --json' : '';
    const command = line.replace('help ', '').replace(' --json', '');
    const own = await place.bash(`wactl ${line}`);
    expect(own).toEqual(await place.bash(`wactl ${command} --help${flags}`));
    expect(own).toEqual(await place.bash(`'${process.execPath}' '${program}' ${line}`));
  },
);

it.each([
  ['help nosuch', "unknown command 'nosuch'", 'see: wactl --help'],
  ['nosuch --help', "unknown command 'nosuch'", 'see: wactl --help'],
  ['sandbox scna', "unknown command 'scna'", 'did you mean scan?'],
  ['sandbox scna --help', "unknown command 'scna'", 'did you mean scan?'],
  ['help config st', "unknown command 'st'", 'did you mean set?'],
])('"wactl %s" is refused: %s', async (line, message, hint) => {
  expect(await place.bash(`wactl ${line}`)).toEqual({
    status: 2,
    stdout: '',
    stderr: `wactl: error: ${message}\nwactl: hint: ${hint}\n`,
  });
});

it('help on a terminal is as wide as the terminal', async () => {
  const terminal = await place.terminal(['list', '--help'], { columns: 60, rows: 30 });
  expect(await terminal.exited).toMatchObject({ status: 0 });
  expect(terminal.text()).toContain(
    'Lists sessions as stored, with the live status of those that\na process holds, without asking WhatsApp. To ask WhatsApp,',
  );
});

it('help whose reader has gone ends with 141', async () => {
  const outcome = await place.bash('mkfifo gone; exec 3<>gone 4>gone 3<&-; wactl --help >&4; echo $?');
  expect(outcome).toEqual({ status: 0, stdout: '141\n', stderr: '' });
});

const firstScreen = `\
wactl links this machine to WhatsApp on a phone, and keeps it online.
Usage: wactl <command> [flags]

First steps:
  wactl create my-phone             pair a phone: scan the QR with WhatsApp
  wactl status my-phone             ask WhatsApp whether it is logged in
  wactl connect my-phone --detach   keep it online in the background

Commands:
  Pairing              create, qr, pair, passkey
  Looking              status, list, show, device, hosts, logs, doctor
  Online and offline   connect, disconnect, restart, serve, token
  Changing             update, webhook, logout, delete, config, completion
  Moving and backup    export, import, backup, store
  Trying and testing   sandbox, demo

Every command takes --json, --quiet, --verbose, --config-dir <dir>,
--key-file <file>, --server <url>, --insecure-server and --no-color.

wactl help <command>   the flags of a command, with examples
wactl --help           all commands with what they do, and topics of help
wactl demo             a tour in seconds, without a phone`;

describe('wactl alone', () => {
  it('shows the first steps and all commands on one screen of 80 columns and 24 rows', async () => {
    const terminal = await place.terminal([], { columns: 80, rows: 24 });
    expect(await terminal.exited).toMatchObject({ status: 0 });
    expect(terminal.text()).toBe(firstScreen);
    // With a row for the prompt, and one for the command line above it.
    expect(firstScreen.split('\n').length).toBeLessThanOrEqual(22);
  });

  it('prints the same into a pipe', async () => {
    expect(await place.run([])).toEqual({ status: 0, stdout: `${firstScreen}\n`, stderr: '' });
  });
});

describe('the help of a command', () => {
  it('ends with the flags of all commands, and with examples', async () => {
    const { status, stdout, stderr } = await place.run(['config', 'get', '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(`\
Usage: wactl config get [options] <key>

Options:
  -h, --help  display help for command

Every command also takes: --json, --quiet, --verbose, --config-dir <dir>,
--key-file <file>, --server <url>, --insecure-server, --no-color
(see: wactl --help)

Examples:
  wactl config get device_name
`);
  });

  it('lists the faults above the examples', async () => {
    const { stdout } = await place.run(['sandbox', 'fault', '--help']);
    expect(stdout.indexOf('Kinds:')).toBeGreaterThan(0);
    expect(stdout.indexOf('Examples:')).toBeGreaterThan(stdout.indexOf('Kinds:'));
  });

  it('is loaded by no command that works', async () => {
    const loadedBy = async (line: string): Promise<string[]> => {
      const coverage = join(place.home, `coverage${line.replaceAll(/\W/g, '')}`);
      await mkdir(coverage);
      const run = await place.bash(`'${process.execPath}' '${program}' ${line}`, {
        env: { NODE_V8_COVERAGE: coverage },
      });
      expect(run).toMatchObject({ status: 0 });
      const [report = ''] = await readdir(coverage);
      const { result } = JSON.parse(await readFile(join(coverage, report), 'utf8')) as {
        result: { url: string }[];
      };
      return result.map(({ url }) => url).filter((url) => /\/(end-of-help|first-screen)-\w+\.cjs$/.test(url));
    };
    expect(await loadedBy('list')).toEqual([]);
    expect(await loadedBy('list --help')).toHaveLength(1);
  });
});

describe('the first example of a command', () => {
  it('works on a paired session', async () => {
    await place.pair('my-phone');
    const story = [
      'status',
      'list',
      'show',
      'device',
      'update',
      'webhook list',
      'config',
      'config get',
      'config set',
      'config unset',
      'config list',
      'config path',
      'disconnect',
      'sandbox devices',
      'sandbox fault',
    ];
    const script = story.map((path) => examples[path]?.[0]?.[0] ?? path);
    const failed = `{ status=$?; echo "failed with $status: $line" >&2; exit 1; }`;
    const lines = script.map((line) => `line='${line}'\n${line} >/dev/null || ${failed}`);
    expect(await place.bash(lines.join('\n'))).toMatchObject({ status: 0 });
  });
});
