import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import type { Machine } from './machine.ts';
import type { StatedTime } from './stated-time.ts';

/** What happens to a fleet on a bad day. What is still wrong once it is over, the harness mends. */
export type BadDay = {
  readonly name: string;
  readonly online: StatedTime;
  /** Why WhatsApp may see two connections of a device; undefined: it may not. */
  readonly mayMeet?: string;
  readonly run: (fleet: Fleet, victim: Machine, random: () => number) => Promise<void>;
};

/** In terms: the leases of the victim are over then, and taken by others. */
const outlasting = 1.5;
export const outlastLeases = ({ leaseTermMs }: Fleet): Promise<void> => sleep(leaseTermMs * outlasting);
/** In terms, at most: leases are kept. */
export const moment = 0.4;
export const aMoment = ({ leaseTermMs }: Fleet, random: () => number): Promise<void> =>
  sleep(leaseTermMs * random() * moment);
