import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import { password } from '../support/postgres-server.ts';
import { describeOnPostgres, newDatabase } from '../support/postgres.ts';

describeOnPostgres('wactl store copy', () => {
  let place: Place;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  /** With a password in it. */
  let address: string;
  const inPostgres = (...args: readonly string[]) => place.run(args, { env: { WACTL_STORE: address } });
  const errorOf = (stdout: string) => jsonLines(stdout).at(-1)?.['error'];

  beforeEach(async () => {
    [place, database] = [await Place.make(), await newDatabase()];
    address = database.overTcp(password);
  });
  afterEach(async () => {
    await database.end();
    await place.remove();
  });

  it('moves a session to PostgreSQL and back, also after kills; one side logs in, and no password is shown', async () => {
    await place.pair('shop');
    for (const id of ['b', 'c', 'd']) await place.run(['create', id, '--no-connect']);
    const copy = ['store', 'copy', place.config, '-', '--yes', '--json'];
    const started = [];
    for (const ms of [300, 500]) {
      const running = place.start(copy, { stdin: address });
      const timer = setTimeout(() => running.kill('SIGKILL'), ms);
      started.push(await running.exited);
      clearTimeout(timer);
    }
    // A kill may come too late.
    const whole = started.find(({ status }) => status === 0);
    const copied = whole ?? (await place.run(copy, { stdin: address }));
    expect([copied.status, copied.stderr]).toEqual([0, '']);
    const logins = [
      await place.run(['status', 'shop', '--json']),
      await inPostgres('status', 'shop', '--json'),
    ];
    expect(logins.map(({ status }) => status)).toEqual([6, 0]);
    expect((await place.run(['status', 'shop'])).stderr).toContain('moved away');

    expect(await inPostgres('connect', 'shop', '--detach')).toMatchObject({ status: 0 });
    const back = join(place.home, 'back');
    await mkdir(back, { mode: 0o700 });
    const copyBack = ['store', 'copy', '-', back, '--yes', '--json'];
    const held = await place.run(copyBack, { stdin: address });
    expect([held.status, errorOf(held.stdout)]).toMatchObject([6, { code: 'in_use' }]);
    await inPostgres('disconnect', '--all');
    const wrong = await place.run([...copyBack, '--key-file', join(place.work, 'none')], { stdin: address });
    expect([wrong.status, errorOf(wrong.stdout)]).toMatchObject([11, { code: 'missing_key' }]);
    const returned = await place.run(copyBack, { stdin: address });
    expect(jsonLines(returned.stdout)).toMatchObject([{ to: back, sessions: 4, continued: false }]);
    expect(await place.run(['status', 'shop', '--config-dir', back])).toMatchObject({ status: 0 });
    expect(await inPostgres('status', 'shop')).toMatchObject({ status: 6 });
    for (const { stdout, stderr } of [copied, held, wrong, returned, ...logins])
      expect(decodeURIComponent(stdout + stderr)).not.toContain(password);
  });
});
