import { expect, it } from 'vitest';
import { killBots, raceBots } from '../crash/bot-kills.ts';

const numberOf = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const kills = numberOf('BOT_KILLS', 2);
const races = numberOf('BOT_RACES', Math.min(kills, 200));
const seed = numberOf('CRASH_SEED', 1);

it(
  'a bot that is killed at any time goes on as the same device, without a lost key or message',
  async () => {
    const { unseen, unread, lostKeys, ...counts } = await killBots(seed, kills);
    process.stdout.write(
      `bots: seed ${String(seed)}, kills ${String(kills)}, messages ${String(counts.sent)}, unseen ${String(unseen.length)}, ` +
        `undecrypted ${String(counts.undecrypted)}, answers read ${String(counts.answers)}, unread ${String(unread.length)}, ` +
        `lost keys ${String(lostKeys.length)}, most connections ${String(counts.maxConnections)}\n`,
    );
    expect({ unseen, unread, lostKeys }).toEqual({ unseen: [], unread: [], lostKeys: [] });
    expect(counts).toMatchObject({ undecrypted: 0, isSame: true, maxConnections: 1 });
    expect(counts.answers).toBeGreaterThan(0);
  },
  90_000 + kills * 20_000,
);

it(
  'of a bot and connect that start at once, one gets the session',
  async () => {
    const counts = await raceBots(seed, races);
    process.stdout.write(
      `bots: races ${String(races)}, won by the bot ${String(counts.wonByBot)}, by connect ${String(counts.wonByConnect)}, ` +
        `by neither ${String(counts.neither)}, most connections ${String(counts.maxConnections)}\n`,
    );
    expect(counts).toMatchObject({ neither: 0, maxConnections: 1 });
  },
  60_000 + races * 20_000,
);
