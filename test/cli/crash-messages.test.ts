import { expect, it } from 'vitest';
import { killWhileMessagesArrive } from '../crash/message-kills.ts';

const numberOf = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const kills = numberOf('CRASH_KILLS', 5);

it(
  'a message that WhatsApp was told to have arrived becomes one event, whenever serve is killed',
  async () => {
    const seed = numberOf('CRASH_SEED', 1);
    const { sent, lost, split, repeated } = await killWhileMessagesArrive(seed, kills);
    process.stdout.write(
      `crash: seed ${String(seed)}, kills ${String(kills)}, messages ${String(sent)}, lost ${String(lost.length)}, ` +
        `as two events ${String(split.length)}, deliveries repeated ${String(repeated)}\n`,
    );
    expect({ lost, split }).toEqual({ lost: [], split: [] });
  },
  60_000 + kills * 20_000,
);
