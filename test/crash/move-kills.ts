import { existsSync, mkdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { Place } from '../support/cli-place.ts';
import type { Outcome } from '../support/cli-running.ts';
import { seededRandom } from '../support/seeded-random.ts';

export type MoveKills = {
  /** Of `export --move` and of `import`, and of `store copy`. */
  readonly kills: number;
  readonly copies: number;
  /** Those that came when the command had ended. */
  readonly late: number;
  readonly logins: number;
  /** Fenced, and in no file: brought back as the message says. */
  readonly brought: number;
  readonly wrong: readonly string[];
};

type State = 'logged in' | 'fenced' | 'absent' | 'frozen';

const longestMs = 600;
/** More changes of its files than either command makes. */
const mostChanges = 12;

/**
 * Moves a session from one directory to another and back, by a file or with the whole store, and kills the built commands at a random
 * moment or right after a change of their files. After each kill one side can log in, or it says what to do.
 */
export async function killMoves(seed: number, kills: number): Promise<MoveKills> {
  const random = seededRandom(seed);
  const place = await Place.make();
  try {
    const identity = await generateIdentity();
    const [key, file] = [join(place.work, 'key.txt'), join(place.work, 'moved.age')];
    writeFileSync(key, identity, { mode: 0o600 });
    const exporting = ['export', 'a', '--move', '--yes', '--output', file];
    exporting.push('--recipient', await identityToRecipient(identity));
    const importing = ['import', file, '--yes', '--identity', key];
    let [from, to] = ['one', 'two'].map((name) => join(place.home, name)) as [string, string];
    for (const side of [from, to]) mkdirSync(side, { mode: 0o700 });
    await place.pair('a', '--config-dir', from);

    let [done, late, logins, brought, copies] = [0, 0, 0, 0, 0];
    const wrong: string[] = [];
    const on = (side: string, ...args: readonly string[]): Promise<Outcome> =>
      place.run([...args, '--config-dir', side]);
    const whole = async (side: string, args: readonly string[]): Promise<void> => {
      const { status, stderr } = await on(side, ...args);
      if (status !== 0)
        throw new Error(`seed ${String(seed)}: ${args.join(' ')} ended with ${String(status)}: ${stderr}`);
    };
    const stateOf = async (side: string): Promise<State> => {
      const { status, stdout, stderr } = await on(side, 'status', 'a');
      if (status === 0) logins += 1;
      if (status === 0) return 'logged in';
      if (status === 3) return 'absent';
      if (status === 6 && `${stdout}${stderr}`.includes('wactl connect a --force')) return 'fenced';
      if (status === 11 && stderr.includes('wactl store copy --help')) return 'frozen';
      throw new Error(`seed ${String(seed)}: status ended with ${String(status)}: ${stdout}${stderr}`);
    };
    const cut = async (side: string, args: readonly string[]): Promise<void> => {
      const moment = random() < 0.5 ? sleep(random() * longestMs) : undefined;
      const changes = Math.ceil(random() * mostChanges);
      const running = place.start([...args, '--config-dir', side]);
      let seen = 0;
      const watching = watch(moment ? place.work : side, () => {
        seen += 1;
        if (!moment && seen === changes) running.kill('SIGKILL');
      });
      if (moment) await Promise.race([moment, running.exited]);
      if (moment) running.kill('SIGKILL');
      const { status } = await running.exited;
      watching.close();
      done += 1;
      if (status === 0) late += 1;
      else if (status !== 137) wrong.push(`${args[0] ?? ''} ended with ${String(status)}`);
    };

    const throughFile = async (): Promise<void> => {
      await cut(from, exporting);
      const [left, isWritten] = [await stateOf(from), existsSync(file)];
      if (left === 'absent') wrong.push(`after kill ${String(done)} it is gone`);
      if (left === 'logged in' && isWritten)
        wrong.push(`after kill ${String(done)} it may connect here and elsewhere`);
      if (left === 'fenced' && !isWritten) {
        brought += 1;
        await whole(from, ['connect', 'a', '--force', '--detach']);
        await whole(from, ['disconnect', 'a']);
      }
      if (!isWritten) await whole(from, exporting);

      await cut(to, importing);
      if ((await stateOf(to)) === 'absent') {
        await whole(to, importing);
        if ((await stateOf(to)) !== 'logged in')
          wrong.push(`after kill ${String(done)} it arrives and cannot log in`);
      }
      if ((await stateOf(from)) !== 'fenced')
        wrong.push(`after kill ${String(done)} it may connect in two places`);
      await whole(from, ['delete', 'a', '--yes']);
      rmSync(file);
    };

    const withStore = async (): Promise<void> => {
      copies += 1;
      const copying = ['store', 'copy', from, to, '--yes'];
      await cut(from, copying);
      const states = [await stateOf(from), await stateOf(to)];
      if (states.every((state) => state === 'logged in')) wrong.push(`after kill ${String(done)} two log in`);
      if (states[1] !== 'logged in') await whole(from, copying);
      const moved = [await stateOf(from), await stateOf(to)];
      if (moved.join() !== 'fenced,logged in') wrong.push(`after kill ${String(done)}: ${moved.join()}`);
      rmSync(from, { recursive: true });
      mkdirSync(from, { mode: 0o700 });
    };

    for (; done < kills; [from, to] = [to, from]) await (random() < 0.5 ? withStore() : throughFile());
    return { kills: done, copies, late, logins, brought, wrong };
  } finally {
    await place.remove();
  }
}
