import { setTimeout as sleep } from 'node:timers/promises';
import { aMoment } from './bad-day.ts';
import type { BadDay } from './bad-day.ts';
import type { Fleet } from './fleet.ts';
import { Replica } from './replica.ts';
import { takenAnew } from './stated-time.ts';

async function withReplica(fleet: Fleet, work: (replica: Replica) => Promise<void>): Promise<void> {
  const replica = await Replica.follow(fleet.database);
  try {
    await work(replica);
    await replica.takeOver(fleet);
  } catch (error) {
    await replica.stop();
    throw error;
  }
}

/** The database crashes, and a replica of it is promoted. */
export const replicaDays: readonly BadDay[] = [
  {
    name: 'a replica takes over that each commit has waited for',
    online: takenAnew,
    async run(fleet, _, random) {
      await withReplica(fleet, async (replica) => {
        await replica.join(fleet.database);
        await aMoment(fleet, random);
      });
    },
  },
  {
    name: 'a replica takes over that no commit has waited for, and that has missed the last seconds',
    mayMeet: 'the replica may know other leases than those that machines have',
    online: takenAnew,
    async run(fleet, victim) {
      await withReplica(fleet, async (replica) => {
        // What is stored by then it has; the rest is gone.
        const from = fleet.sent.length;
        for (const id of fleet.waiting) fleet.forgiven.add(id);
        await replica.catchUp(fleet.database);
        replica.line.stall();
        await victim.end('SIGTERM');
        await sleep(fleet.leaseTermMs / 2);
        for (const id of fleet.sent.slice(from)) fleet.forgiven.add(id);
      });
    },
  },
];
