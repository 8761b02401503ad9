import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import { desktop, lockedDesktop, whyNoKeyring } from '../support/keyring.ts';

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

/** `wactl` in a new session of the desktop, as after a restart of the machine. */
const wactl = (args: readonly string[], under = desktop) =>
  place.run(args, { under, env: { XDG_RUNTIME_DIR: place.work } });
/** What the kernel's keyring has for wactl. */
const inKernel = (): string[] =>
  existsSync('/proc/keys')
    ? readFileSync('/proc/keys', 'utf8')
        .split('\n')
        .filter((line) => line.includes('@wactl'))
    : [];

describe.skipIf(whyNoKeyring !== undefined)(
  `the keyring of a desktop${whyNoKeyring ? ` (skipped: ${whyNoKeyring})` : ''}`,
  () => {
    it('keeps the key: sessions open in the next session of the desktop, and not without it', async () => {
      const before = inKernel();
      await place.pair('a');
      const moved = await wactl(['config', 'encryption', '--to', 'keyring', '--json']);
      expect([moved.status, jsonLines(moved.stdout)[0]]).toMatchObject([
        0,
        { kind: 'keyring', generation: 1 },
      ]);
      expect(await place.files()).not.toContain('wactl.key');
      expect(await wactl(['status', 'a'])).toMatchObject({ status: 0 });

      const rotated = await wactl(['config', 'encryption', '--rotate', '--json']);
      expect(jsonLines(rotated.stdout)[0]).toMatchObject({ kind: 'keyring', generation: 2 });
      expect(await wactl(['status', 'a'])).toMatchObject({ status: 0 });

      for (const under of [lockedDesktop, []]) {
        const { status, stderr } = await wactl(['status', 'a'], under);
        expect([status, stderr.match(/^wactl: error: .*/m)?.[0]]).toEqual([
          11,
          expect.stringMatching(/error: the keyring (cannot be used: .|has no key for these sessions)/),
        ]);
        expect(await wactl(['list'], under)).toMatchObject({ status: 0 });
      }
      expect(inKernel()).toEqual(before);
      expect(await wactl(['config', 'encryption', '--to', 'file'])).toMatchObject({ status: 0 });
      expect(await place.run(['status', 'a'])).toMatchObject({ status: 0 });
    });

    it('that is not there changes nothing', async () => {
      await place.run(['create', 'a', '--no-connect', '--proxy', 'http://127.0.0.1:1']);
      const key = readFileSync(join(place.config, 'wactl.key'));
      const { status, stdout } = await wactl(['config', 'encryption', '--to', 'keyring', '--json'], []);
      expect([status, jsonLines(stdout)[0]]).toMatchObject([11, { error: { code: 'missing_key' } }]);
      expect(readFileSync(join(place.config, 'wactl.key')).equals(key)).toBe(true);
      expect(await place.run(['show', 'a'])).toMatchObject({ status: 0 });
    });
  },
);
