import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** The scripts of a composite action, by the names of their steps. */
function stepsOf(action: string): Map<string, string> {
  const steps = action.split(/^ {4}- name: /m).slice(1);
  return new Map(
    steps.map((step): [string, string] => {
      const [name = ''] = step.split('\n');
      const [, block, line] = /^ {6}run: (?:\|\n((?: {8}.*\n|\n)+)|(.*)\n?)/m.exec(step) ?? [];
      return [name, block?.replace(/^ {8}/gm, '') ?? line ?? ''];
    }),
  );
}

it('the action starts a sandbox, sets the environment, and pairs a session', async () => {
  const steps = stepsOf(await readFile(join(root, 'action.yml'), 'utf8'));
  expect([...steps.keys()]).toEqual(['install wactl', 'start the sandbox', 'pair a session']);
  const temporary = join(place.home, 'runner');
  await mkdir(temporary);
  const [envFile, outputFile] = [join(temporary, 'env'), join(temporary, 'output')];
  await writeFile(envFile, '');
  await writeFile(outputFile, '');
  const none = { WACTL_CONFIG_DIR: undefined, WACTL_ENDPOINT: undefined, WACTL_ENDPOINT_ROOT: undefined };
  const env = {
    ...none,
    RUNNER_TEMP: temporary,
    GITHUB_ENV: envFile,
    GITHUB_OUTPUT: outputFile,
    WACTL_SESSION: 'shop',
  };
  const strict = 'set -eo pipefail\n';
  try {
    for (const name of ['install wactl', 'start the sandbox']) {
      const { status, stderr } = await place.bash(`${strict}${steps.get(name) ?? ''}`, { env });
      expect([name, status, stderr]).toEqual([name, 0, expect.any(String)]);
    }
    const set = Object.fromEntries(
      (await readFile(envFile, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    ) as Record<string, string>;
    expect(Object.keys(set)).toEqual(['WACTL_CONFIG_DIR', 'WACTL_ENDPOINT', 'WACTL_ENDPOINT_ROOT']);
    expect(await readFile(outputFile, 'utf8')).toBe(`endpoint=${set['WACTL_ENDPOINT'] ?? ''}\n`);
    const paired = await place.bash(`${strict}${steps.get('pair a session') ?? ''}`, {
      env: { ...env, ...set },
    });
    expect(paired).toMatchObject({ status: 0 });
    expect(await place.run(['status', 'shop'], { env: set })).toMatchObject({ status: 0 });
  } finally {
    const set = await readFile(envFile, 'utf8');
    const directory = /^WACTL_CONFIG_DIR=(.*)$/m.exec(set)?.[1];
    if (directory !== undefined) {
      const stopping = place.run(['sandbox', 'stop'], { env: { ...none, WACTL_CONFIG_DIR: directory } });
      expect(await stopping).toMatchObject({ status: 0 });
    }
  }
});
