import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureText, golden, goldenJson } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';

let place: Place;

beforeAll(async () => {
  place = await Place.make();
  for (const id of ['alpha', 'alpha-2']) await place.run(['create', id, '--no-connect']);
});
afterAll(() => place.remove());

type Row = readonly [line: string, status: number, code: string, message: string, hint: string | null];

const notPaired = ['alpha-2 is not paired', 'pair it with: wactl qr alpha-2'] as const;
const which = ['no session given', 'name one or more, or add --all'] as const;
const asks = ['confirmation needed, but there is no terminal', 'add --yes'] as const;
const badId =
  'use at most 63 lower-case letters, digits, ".", "_" and "-", starting with a letter or digit; for example: ';

const rows: readonly Row[] = [
  ['frob', 2, 'usage', "unknown command 'frob'", 'see: wactl --help'],
  ['staus', 2, 'usage', "unknown command 'staus'", 'did you mean status?'],
  ['list --foo', 2, 'usage', "unknown option '--foo'", 'see: wactl list --help'],
  ['list --pag 2', 2, 'usage', "unknown option '--pag'", 'did you mean --page?'],
  ['show', 2, 'usage', 'no session given', 'name one; see them with: wactl list'],
  ['pair alpha', 2, 'usage', "missing required argument 'phone'", 'see: wactl pair --help'],
  ['rm', 2, 'usage', "missing required argument 'id'", 'see: wactl delete --help'],
  [
    'create a b c',
    2,
    'usage',
    "too many arguments for 'create'. Expected 1 argument but got 3",
    'see: wactl create --help',
  ],
  ['create a --name', 2, 'usage', "option '--name <name>' argument missing", 'see: wactl create --help'],
  ['config', 2, 'usage', 'config needs a subcommand', 'see: wactl config --help'],
  ['config sett', 2, 'usage', "unknown command 'sett'", 'did you mean set?'],
  [
    'config set max_retries lots',
    2,
    'usage',
    'invalid max_retries "lots"',
    'a whole number from 0 to 1000000',
  ],
  [
    'config set qr_style tiny',
    2,
    'usage',
    'invalid qr_style "tiny"',
    'one of: auto, half-block, sextant, kitty, iterm2, sixel, ascii',
  ],
  ['list --page 0', 2, 'usage', 'invalid number "0"', 'give a whole number, 1 or more'],
  [
    'list --status offline',
    2,
    'usage',
    'invalid status "offline"',
    'one of: disconnected, connecting, waiting_for_qr, waiting_for_pair_code, waiting_for_passkey, connected, logged_in, logged_out, failed',
  ],
  ['status', 2, 'usage', ...which],
  ['connect', 2, 'usage', ...which],
  ['disconnect', 2, 'usage', ...which],
  ['status alpha --all', 2, 'usage', 'give ids or --all, not both', 'name one or more, or add --all'],
  ['status alpha --timeout soon', 2, 'usage', 'invalid duration "soon"', 'for example: 90, 90s, 2m, 1h'],
  ['create Alpha --no-connect', 2, 'usage', 'invalid session id "Alpha"', `${badId}alpha`],
  [
    'create x --pair 12',
    2,
    'usage',
    '"12" is too short or too long, or its country code does not exist',
    'give it with its country code, like: +1 555 123 4567',
  ],
  [
    'pair alpha 0901234567',
    2,
    'usage',
    '"0901234567" has no country code',
    'give it with its country code, like: +1 555 123 4567 (no 0 before the area code)',
  ],
  [
    'pair alpha +15550100001 --code OOOO',
    2,
    'usage',
    'a pairing code cannot contain O',
    'use 123456789ABCDEFGHJKLMNPQRSTVWXYZ (no 0, I, O or U), with or without a dash in the middle',
  ],
  [
    'create x --proxy foo',
    2,
    'usage',
    'invalid proxy address',
    'give it as http://, https:// or socks5://, then host:port',
  ],
  [
    'create x --webhook-url ftp://x',
    2,
    'usage',
    'invalid webhook address',
    'give it as https://example.com/path',
  ],
  [
    'qr alpha --output picture.gif',
    2,
    'usage',
    'unknown format of --output "picture.gif"',
    'end it in .png, .svg or .txt, or add --format',
  ],
  ['update alpha', 2, 'usage', 'nothing to change', 'see: wactl update --help'],
  ['delete alpha', 2, 'usage', ...asks],
  ['logout alpha', 2, 'usage', ...asks],
  ['sandbox fault failure', 2, 'usage', 'fault failure needs code', null],
  ['show nobody', 3, 'not_found', 'no session is called "nobody"', 'see them with: wactl list'],
  ['status nobody', 3, 'not_found', 'no session is called "nobody"', 'see them with: wactl list'],
  ['delete nobody --yes', 3, 'not_found', 'no session is called "nobody"', 'see them with: wactl list'],
  ['show alp', 3, 'ambiguous_id', 'several sessions begin with "alp"', 'one of: alpha, alpha-2'],
  [
    'create alpha --no-connect',
    3,
    'already_exists',
    'session "alpha" already exists and is not paired',
    'pair it with: wactl qr alpha; or remove it with: wactl delete alpha',
  ],
  ['device alpha-', 4, 'not_paired', ...notPaired],
  ['connect alpha-2', 4, 'not_paired', ...notPaired],
  ['connect --all', 4, 'not_paired', 'no sessions are paired', 'create one with: wactl create my-phone'],
  ['restart alpha-2', 4, 'not_paired', ...notPaired],
  ['sandbox unlink alpha-2', 2, 'usage', 'alpha-2 is not paired', null],
  ['sandbox scan nonsense', 7, 'pairing_refused', 'the phone says: this is not a WhatsApp QR code', null],
];

const argvOf = (line: string): string[] => line.split(' ');

describe.each(rows)('wactl %s', (line, status, code, message, hint) => {
  it('says what happened and what to do', async () => {
    const outcome = await place.run(argvOf(line));
    expect(golden(place, outcome)).toEqual({ status, stdout: '', stderr: failureText(message, hint) });
  });

  it('with --json prints the same on stdout, with the same exit status', async () => {
    const outcome = await place.run([...argvOf(line), '--json']);
    expect(goldenJson(place, outcome)).toEqual({
      status,
      lines: [{ error: { code, message, hint, exit_status: status } }],
      stderr: '',
    });
  });
});

it('failures change nothing', async () => {
  const { stdout } = await place.run(['list']);
  expect(stdout).toBe('alpha\t\tnot paired\t\t\tnever\nalpha-2\t\tnot paired\t\t\tnever\n');
});

it('a background process whose log cannot be opened says so, and fails', async () => {
  const { status, stderr } = await place.run(['list', '--detached', '/dev/null/log/s.log']);
  expect([status, stderr]).toEqual([1, expect.stringContaining('wactl: error: ')]);
});
