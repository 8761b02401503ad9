import { mkdirSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import type { Outcome } from '../support/cli-running.ts';
import { seededRandom } from '../support/seeded-random.ts';

export type CopyKills = {
  readonly kills: number;
  /** Those that came when the copy had ended. */
  readonly late: number;
  /** Those that left both stores frozen, and of these those that were given up before the copy was done again. */
  readonly frozen: number;
  readonly givenUp: number;
  readonly logins: number;
  readonly wrong: readonly string[];
};

type Database = { readonly address: string; readonly sql: (statements: string) => Promise<unknown> };
type State = 'logged in' | 'fenced' | 'absent' | 'frozen';
type Side = {
  readonly name: string;
  /** Runs a command on it. */
  readonly run: (...args: readonly string[]) => Promise<Outcome>;
  readonly clear: () => Promise<unknown>;
};

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
/** More changes of its files than a copy makes. */
const mostChanges = 12;

/**
 * Moves sessions from a directory into a PostgreSQL and back, and kills the built `store copy` at a random moment, or right after a change of
 * the directory. After each kill one side at most can log in; the copy can be done again, or given up; then all is there.
 */
export async function killCopies(seed: number, kills: number, database: Database): Promise<CopyKills> {
  const random = seededRandom(seed);
  const place = await Place.make();
  try {
    const directory = join(place.home, 'one');
    mkdirSync(directory, { mode: 0o700 });
    const env = { WACTL_STORE: database.address };
    const sides: readonly [Side, Side] = [
      {
        name: directory,
        run: (...args) => place.run([...args, '--config-dir', directory]),
        clear() {
          rmSync(directory, { recursive: true });
          return Promise.resolve(mkdirSync(directory, { mode: 0o700 }));
        },
      },
      {
        name: '-',
        run: (...args) => place.run(args, { env }),
        clear: () => database.sql('DROP SCHEMA wactl CASCADE'),
      },
    ];
    const stdin = database.address;
    let [done, late, frozen, givenUp, logins] = [0, 0, 0, 0, 0];
    const wrong: string[] = [];
    const must = async (running: Promise<Outcome>, what: string): Promise<Outcome> => {
      const outcome = await running;
      if (outcome.status !== 0)
        throw new Error(
          `seed ${String(seed)}: ${what} ended with ${String(outcome.status)}: ${outcome.stderr}`,
        );
      return outcome;
    };
    const stateOf = async ({ run }: Side): Promise<State> => {
      const { status, stdout, stderr } = await run('status', 'a');
      if (status === 0) logins += 1;
      if (status === 0) return 'logged in';
      if (status === 3) return 'absent';
      if (status === 6 && `${stdout}${stderr}`.includes('wactl connect a --force')) return 'fenced';
      if (status === 11 && stderr.includes('wactl store copy --help')) return 'frozen';
      throw new Error(`seed ${String(seed)}: status ended with ${String(status)}: ${stdout}${stderr}`);
    };
    const copy = (from: Side, to: Side) => ['store', 'copy', from.name, to.name, '--yes'];
    const whole = (from: Side, to: Side) => must(place.run(copy(from, to), { stdin }), 'store copy');
    const arrived = async (from: Side, to: Side): Promise<void> => {
      const states = [await stateOf(from), await stateOf(to)].join();
      if (states !== 'fenced,logged in') wrong.push(`after kill ${String(done)}: ${states}`);
      const [listed] = jsonLines((await must(to.run('list', '--json'), 'list')).stdout);
      const found = (listed?.['sessions'] as { readonly id: string }[]).map(({ id }) => id).sort();
      if (found.join() !== ids.join()) wrong.push(`after kill ${String(done)} there are ${found.join()}`);
      await from.clear();
    };
    const cut = async (from: Side, to: Side, longestMs: number): Promise<void> => {
      const moment = random() < 0.7 ? random() * longestMs : undefined;
      const changes = Math.ceil(random() * mostChanges);
      const running = place.start(copy(from, to), { stdin });
      let seen = 0;
      const watching = watch(directory, () => {
        seen += 1;
        if (moment === undefined && seen === changes) running.kill('SIGKILL');
      });
      if (moment !== undefined) {
        await Promise.race([sleep(moment), running.exited]);
        running.kill('SIGKILL');
      }
      const { status } = await running.exited;
      watching.close();
      done += 1;
      if (status === 0) late += 1;
      else if (status !== 137) wrong.push(`store copy ended with ${String(status)}`);
    };

    for (const id of ids.slice(1)) await must(sides[0].run('create', id, '--no-connect'), 'create');
    await place.pair('a', '--config-dir', directory);
    let longestMs = 0;
    for (let [from, to] = sides; done < kills; [from, to] = [to, from]) {
      if (longestMs === 0) {
        // One way and back, to know how long it takes here.
        const before = performance.now();
        await whole(from, to);
        longestMs = (performance.now() - before) * 1.2;
        await arrived(from, to);
        continue;
      }
      await cut(from, to, longestMs);
      const states = [await stateOf(from), await stateOf(to)];
      if (states.every((state) => state === 'logged in')) wrong.push(`after kill ${String(done)} two log in`);
      if (states[0] === 'frozen') {
        frozen += 1;
        if (random() < 0.3) {
          givenUp += 1;
          await must(place.run([...copy(from, to), '--give-up'], { stdin }), '--give-up');
          const [left, other] = [await stateOf(from), await stateOf(to)];
          if (left !== 'logged in' || other === 'logged in')
            wrong.push(`given up after kill ${String(done)}: ${left}, ${other}`);
        }
      }
      if (states[1] !== 'logged in') await whole(from, to);
      await arrived(from, to);
    }
    return { kills: done, late, frozen, givenUp, logins, wrong };
  } finally {
    await place.remove();
  }
}
