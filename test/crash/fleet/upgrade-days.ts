import { setTimeout as sleep } from 'node:timers/promises';
import { aMoment } from './bad-day.ts';
import type { BadDay } from './bad-day.ts';
import type { Fleet } from './fleet.ts';
import { handedOver } from './stated-time.ts';

/** The launcher of an older build: of another worktree of the repository, say. */
const older = process.env['FLEET_OLDER'];
const onlineEveryMs = 50;

/** One machine after the other, while the others run on. */
async function inTurns(fleet: Fleet, random: () => number, wactl: string): Promise<void> {
  for (const machine of fleet.machines) {
    await machine.end(random() < 0.7 ? 'SIGTERM' : 'SIGKILL');
    machine.wactl = wactl;
    await machine.serve();
    // Each is waited for, as whoever upgrades a fleet does; that it comes is examined at the end.
    for (let left = 600; left > 0 && !fleet.isOnline; left -= 1) await sleep(onlineEveryMs);
    await aMoment(fleet, random);
  }
}

export const upgradeDays: readonly BadDay[] = older
  ? [
      {
        name: 'an upgrade in turns to an older version of wactl, and from it',
        online: { ...handedOver, since: 'end' },
        async run(fleet, _, random) {
          const { wactl } = fleet.place;
          for (const build of [older, wactl]) await inTurns(fleet, random, build);
        },
      },
    ]
  : [];
