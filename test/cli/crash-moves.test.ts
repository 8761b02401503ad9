import { expect, it } from 'vitest';
import { killMoves } from '../crash/move-kills.ts';

const numberOf = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const kills = numberOf('MOVE_KILLS', 2);

/** The long form: npm run crash -- moves. */
it(
  'whenever a move is killed, one side can log in, or it says what to do',
  async () => {
    const seed = numberOf('CRASH_SEED', 1);
    const { copies, late, logins, brought, wrong, ...done } = await killMoves(seed, kills);
    process.stdout.write(
      `crash: seed ${String(seed)}, kills of moves ${String(done.kills)} (${String(copies)} of store copy), ${String(late)} too late, logins ${String(logins)}, ` +
        `brought back ${String(brought)}, wrong ${String(wrong.length)}\n`,
    );
    expect(wrong).toEqual([]);
  },
  60_000 + kills * 20_000,
);
