import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

let place: Place;

beforeAll(async () => {
  place = await Place.make();
});
afterAll(() => place.remove());

const program = join(inject('wactl'), '../../dist/main.cjs');

it.each(['', '--json', '--help', '--version', 'help ls', 'config --help --json', 'sandbox fault -h'])(
  'the launcher answers "%s" byte for byte as the program does',
  async (line) => {
    const own = await place.bash(`wactl ${line}`);
    expect(own).toEqual(await place.bash(`'${process.execPath}' '${program}' ${line}`));
    expect(own).toMatchObject({ status: 0, stderr: '' });
  },
);

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
