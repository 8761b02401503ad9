import { describe, expect, it } from 'vitest';
import { WrongTokens } from '../../src/api/wrong-tokens.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';

const short = 'a-short-token-16';
const long = 'x'.repeat(40);

/** How long the answer to each of so many wrong tokens takes, one after the other. */
async function delays(wrong: WrongTokens, clock: FakeClock, count: number, address = '192.0.2.1') {
  const found: number[] = [];
  for (let at = 0; at < count; at++) {
    const from = clock.now().getTime();
    const answered = wrong.slowDown(address);
    await settled();
    await clock.advance(clock.sleeping.at(-1) ?? 0);
    await answered;
    found.push(clock.now().getTime() - from);
  }
  return found;
}

describe('wrong tokens of an address', () => {
  it('are answered ever later after the tenth, but within two seconds', async () => {
    const clock = new FakeClock();
    const found = await delays(new WrongTokens(clock), clock, 17);
    expect(found).toEqual([...Array<number>(10).fill(0), 100, 200, 400, 800, 1_600, 2_000, 2_000]);
  });

  it('are forgotten after a minute without one', async () => {
    const clock = new FakeClock();
    const wrong = new WrongTokens(clock);
    await delays(wrong, clock, 12);
    await clock.advance(60_000);
    expect(await delays(wrong, clock, 1)).toEqual([0]);
  });

  it('slow down that address alone; of IPv6 its network', async () => {
    const clock = new FakeClock();
    const wrong = new WrongTokens(clock);
    await delays(wrong, clock, 12, '2001:db8::1');
    expect(await delays(wrong, clock, 1, '2001:db8:0:1::1')).toEqual([0]);
    expect(await delays(wrong, clock, 1, '192.0.2.2')).toEqual([0]);
    expect(await delays(wrong, clock, 1, '2001:db8:0:0:1:2:3:4')).toEqual([400]);
  });

  it('in a flood: a token that could be guessed is not looked at, one that could not is', async () => {
    const clock = new FakeClock();
    const wrong = new WrongTokens(clock);
    await delays(wrong, clock, 15);
    const waiting = Array.from({ length: 8 }, () => wrong.slowDown('192.0.2.1'));
    expect(() => wrong.assertMayTry('192.0.2.1', short)).toThrow('too many wrong tokens');
    await expect(wrong.slowDown('192.0.2.1')).rejects.toThrow('too many wrong tokens');
    expect(() => wrong.assertMayTry('192.0.2.1', long)).not.toThrow();
    expect(() => wrong.assertMayTry('192.0.2.2', short)).not.toThrow();
    await clock.advance(2_000);
    await Promise.all(waiting);
    expect(() => wrong.assertMayTry('192.0.2.1', short)).not.toThrow();
  });

  it('of a thousand others make an address forgotten: memory is bounded', async () => {
    const clock = new FakeClock();
    const wrong = new WrongTokens(clock);
    await delays(wrong, clock, 12);
    for (let other = 0; other < 1_000; other++) await wrong.slowDown(`198.51.${String(other)}`);
    expect(await delays(wrong, clock, 1)).toEqual([0]);
  });
});
