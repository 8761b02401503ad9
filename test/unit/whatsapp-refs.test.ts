import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { usualDeadlines } from '../../src/whatsapp/deadlines.ts';
import { RefShow } from '../../src/whatsapp/refs.ts';

const start = new Date('2026-03-01T12:00:00.000Z').getTime();
const shown: string[] = [];
let refs: RefShow;

beforeEach(() => {
  vi.useFakeTimers({ now: start });
  shown.length = 0;
  refs = new RefShow(usualDeadlines, ({ ref, expiresAt }, isAgain) => {
    shown.push(`${ref} ${String((expiresAt.getTime() - start) / 1000)}${isAgain ? ' again' : ''}`);
  });
});
afterEach(() => void vi.useRealTimers());

describe('the refs of a registration', () => {
  it('are shown one after the other, 60 s and then 20 s each, and end as expired', async () => {
    refs.begin(['a', 'b']);
    vi.advanceTimersByTime(59_999);
    expect(shown).toEqual(['a 60']);
    vi.advanceTimersByTime(1);
    expect(shown).toEqual(['a 60', 'b 80']);
    vi.advanceTimersByTime(20_000);
    await expect(refs.over).rejects.toMatchObject({ reason: 'pairing_expired' });
  });

  it('tell when the last of them expires', () => {
    const ends: number[] = [];
    refs = new RefShow(usualDeadlines, ({ endsAt }) => ends.push((endsAt.getTime() - start) / 1000));
    refs.begin(['a', 'b', 'c']);
    vi.advanceTimersByTime(80_000);
    refs.showAgain();
    expect(ends).toEqual([100, 100, 100, 100]);
  });

  it('are shown again for what is left of their life, and the next one comes at its time', () => {
    refs.begin(['a', 'b']);
    vi.advanceTimersByTime(10_000);
    refs.showAgain();
    vi.advanceTimersByTime(50_000);
    expect(shown).toEqual(['a 60', 'a 60 again', 'b 80']);
  });

  it('give way to new ones, which begin with the long life', () => {
    refs.begin(['a', 'b']);
    vi.advanceTimersByTime(10_000);
    refs.begin(['c', 'd']);
    vi.advanceTimersByTime(60_000);
    expect(shown).toEqual(['a 60', 'c 70', 'd 90']);
  });

  it('are not shown once stopped', () => {
    refs.begin(['a', 'b']);
    refs.stop();
    refs.showAgain();
    vi.advanceTimersByTime(200_000);
    expect(shown).toEqual(['a 60']);
  });
});
