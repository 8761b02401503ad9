import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import type { Running } from '../support/cli-running.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** More of them in a longer run. */
const rounds = Number(process.env['WACTL_RACES'] ?? 30);
const seed = Number(process.env['WACTL_RACES_SEED'] ?? 1);

const commands = [
  ['status', 'a'],
  ['status', 'a'],
  ['status', '--all'],
  ['connect', 'a'],
  ['connect', 'a'],
  ['connect', 'a', '--detach'],
  ['connect', 'a', 'b'],
  ['connect', '--all', '--detach'],
  ['status', 'b'],
  ['disconnect', 'b'],
  ['disconnect', 'a'],
  ['restart', 'a'],
  ['qr', 'a'],
  ['show', 'a'],
  ['list'],
] as const;

describe('commands of several processes on two sessions', () => {
  let place: Place;

  beforeAll(async () => {
    place = await Place.make();
    await place.pair('a');
    await place.pair('b');
  });
  afterAll(() => place.remove());

  it(
    `never open two connections for one, whatever their order (${String(rounds)} rounds, seed ${String(seed)})`,
    async () => {
      const random = seededRandom(seed);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
      const staying: Running[] = [];
      const ended: { readonly argv: string; readonly status: number; readonly stdout: string }[] = [];

      for (let round = 0; round < rounds; round++) {
        const running: Promise<unknown>[] = [];
        const count = 2 + Math.floor(random() * 3);
        for (let index = 0; index < count; index++) {
          const argv = pick(commands);
          const child = place.start([...argv, '--json']);
          const isStaying = argv[0] === 'connect' && !(argv as readonly string[]).includes('--detach');
          const exit = child.exited.then(({ status, stdout }) => {
            ended.push({ argv: argv.join(' '), status, stdout });
          });
          if (isStaying) staying.push(child);
          else running.push(exit);
          const moment = random();
          if (moment < 0.2)
            await Promise.race([exit, child.waitFor(() => child.stdout !== '')]).catch(() => 0);
          else if (moment < 0.3 && !isStaying) await exit;
          const victim = random() < 0.3 ? pick(staying) : undefined;
          victim?.kill(pick(['SIGKILL', 'SIGINT', 'SIGTERM'] as const));
        }
        await Promise.all(running);
      }
      for (const child of staying) child.kill('SIGKILL');
      await Promise.all(staying.map((child) => child.exited));

      expect(place.sandbox.devices.map(({ maxConnections }) => maxConnections)).toEqual([1, 1]);
      const strange = ended.filter(
        ({ status, stdout }) => [1, 2, 3, 6, 8, 11].includes(status) || stdout.includes('replaced'),
      );
      expect(strange).toEqual([]);
      expect(await place.run(['status', '--all', '--json'])).toMatchObject({ status: 0 });
      expect((await place.run(['disconnect', '--all'])).status).toBe(0);
    },
    rounds * 10_000,
  );
});
