import { afterEach, beforeEach, expect, it } from 'vitest';
import { failureText } from '../support/cli-golden.ts';
import { Place } from '../support/cli-place.ts';

// As for the user of a service, whom the machine does not know: Node then throws.
const noHome = `import os from 'node:os';
  import { syncBuiltinESMExports } from 'node:module';
  os.homedir = () => { throw new Error('no such user'); };
  syncBuiltinESMExports();`;

let place: Place;
let env: Record<string, string | undefined>;

beforeEach(async () => {
  place = await Place.make();
  const data = Buffer.from(noHome).toString('base64');
  env = { HOME: undefined, NODE_OPTIONS: `--import=data:text/javascript;base64,${data}` };
});
afterEach(() => place.remove());

it('a user without a home directory can choose where sessions are kept', async () => {
  expect(await place.run(['config', 'set', 'device_name', 'Shop'], { env })).toMatchObject({ status: 0 });
  expect(await place.run(['config', 'get', 'device_name'], { env })).toMatchObject({ stdout: 'Shop\n' });
  expect(await place.run(['list', '--json'], { env })).toMatchObject({ status: 0 });
});

it('a user without a home directory sees an error when no directory is chosen', async () => {
  env = { ...env, WACTL_CONFIG_DIR: undefined };
  expect(await place.run(['--version'], { env })).toMatchObject({ status: 0 });
  expect(await place.run(['list'], { env })).toEqual({
    status: 2,
    stdout: '',
    stderr: failureText(
      'no home directory to keep sessions in',
      'choose a directory with --config-dir DIR or WACTL_CONFIG_DIR',
    ),
  });
});
