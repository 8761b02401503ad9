import { setTimeout as sleep } from 'node:timers/promises';
import { usualDeadlines } from '../../../src/whatsapp/deadlines.ts';
import { outlastLeases } from './bad-day.ts';
import type { BadDay } from './bad-day.ts';
import { keptOn } from './stated-time.ts';

const { keepAliveMs, deafMs, connectingMs } = usualDeadlines;

/** A statement waits for so long for a server that says nothing (`connections.ts`); the connection to WhatsApp is opened anew then. */
const silentAfterMs = 15_000;

/** Lines that are not cut, and pass nothing on. */
export const silentLineDays: readonly BadDay[] = [
  {
    name: 'the line to WhatsApp says nothing for a while, and then all at once',
    online: keptOn,
    async run(fleet, victim) {
      victim.toWhatsApp.stall();
      await outlastLeases(fleet);
    },
  },
  {
    name: 'the line to WhatsApp says nothing for longer than a connection bears it',
    mayMeet: 'WhatsApp does not see that a connection was given up',
    // Up to three attempts are made meanwhile; the pause after them is 3 s at most.
    online: { since: 'end', ms: () => 3_000 },
    async run(_, victim) {
      victim.toWhatsApp.stall();
      await sleep(keepAliveMs + deafMs + connectingMs / 4);
    },
  },
  {
    name: 'a firewall forgets the connections to the database',
    online: { since: 'fault', ms: (termMs) => silentAfterMs + 750 + termMs / 6 },
    async run(fleet, victim) {
      victim.toDatabase.forget();
      await outlastLeases(fleet);
    },
  },
];
