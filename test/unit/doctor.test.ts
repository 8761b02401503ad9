import { beforeEach, describe, expect, it } from 'vitest';
import { doctor } from '../../src/app/doctor.ts';
import { failed, namedFew, ok, warning } from '../../src/domain/finding.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { InterruptedError, WactlError, seeDoctor } from '../../src/errors.ts';
import type { Check } from '../../src/ports/doctor.ts';
import { FakeClock } from '../support/fake-clock.ts';

let clock: FakeClock;
let stop: AbortController;
beforeEach(() => {
  clock = new FakeClock();
  stop = new AbortController();
});

const check = (name: string, examine: Check['examine'] | Finding, rest: Partial<Check> = {}): Check => ({
  name,
  timeoutMs: 1_000,
  examine: typeof examine === 'function' ? examine : () => Promise.resolve(examine),
  ...rest,
});

const run = (checks: readonly Check[], fix = false) =>
  doctor({ checks, clock, signal: stop.signal }, { fix });
const never = (): Promise<never> => new Promise(() => undefined);

describe('doctor', () => {
  it('reports in the order of the checks, not in that of their answers', async () => {
    let answer: (finding: Finding) => void = () => undefined;
    const late = new Promise<Finding>((resolve) => (answer = resolve));
    const both = run([check('a', () => late), check('b', ok('second'))]);
    answer(ok('first'));
    expect(await both).toEqual({
      results: [
        { name: 'a', finding: ok('first') },
        { name: 'b', finding: ok('second') },
      ],
      mended: null,
    });
  });

  it('goes on after a check that has failed, has a bug, or is never done', async () => {
    const asked: AbortSignal[] = [];
    const all = run([
      check('locked', () =>
        Promise.reject(new WactlError('store_locked', 'it is locked', `unlock it${seeDoctor}`)),
      ),
      check('bug', () => Promise.reject(new TypeError('x is undefined'))),
      check('stuck', (signal) => {
        asked.push(signal);
        return never();
      }),
      check('fine', ok('fine')),
    ]);
    await clock.advance(999);
    expect(asked[0]?.aborted).toBe(false);
    await clock.advance(1);
    expect((await all).results).toEqual([
      { name: 'locked', finding: failed('store_locked', 'it is locked', 'unlock it') },
      {
        name: 'bug',
        finding: failed('internal', 'this check has a bug: x is undefined', 'please report it'),
      },
      { name: 'stuck', finding: warning('not finished within 1 s') },
      { name: 'fine', finding: ok('fine') },
    ]);
    expect(asked[0]?.aborted).toBe(true);
    expect(clock.sleeping).toEqual([]);
  });

  it('does not make a check, nor those behind it, that needs one that has failed', async () => {
    const made: string[] = [];
    const noting = (name: string, needs: string[]) =>
      check(
        name,
        () => {
          made.push(name);
          return Promise.resolve(ok(''));
        },
        { needs },
      );
    const { results } = await run([
      check('a', failed('store_unsafe', 'unsafe', null)),
      noting('b', ['a']),
      noting('c', ['b']),
      check('d', warning('open')),
      noting('e', ['d']),
    ]);
    expect(made).toEqual(['e']);
    expect(results.map(({ finding }) => finding.details)).toEqual([
      'unsafe',
      'not checked: see a',
      'not checked: see b',
      'open',
      '',
    ]);
  });

  it('is over with the signal, whatever the checks do', async () => {
    const all = run([check('stuck', never)]);
    stop.abort(new InterruptedError('SIGINT'));
    await expect(all).rejects.toBe(stop.signal.reason);
    expect(clock.sleeping).toEqual([]);
  });
});

describe('doctor --fix', () => {
  const broken = (name: string, done: string[], rest: Partial<Check> = {}): Check => {
    let isMended = false;
    return check(name, () => Promise.resolve(isMended ? ok('mended') : warning('broken')), {
      mend() {
        isMended = true;
        done.push(name);
        return Promise.resolve([`mended ${name}`]);
      },
      ...rest,
    });
  };

  it('mends what was found, in order, and looks again at that alone', async () => {
    const done: string[] = [];
    let looks = 0;
    const fine = check(
      'fine',
      () => {
        looks += 1;
        return Promise.resolve(ok('fine'));
      },
      { mend: () => Promise.reject(new Error('not called')) },
    );
    const diagnosis = await run(
      [broken('a', done), fine, broken('b', done), check('c', warning('stays'))],
      true,
    );
    expect(diagnosis.mended).toEqual(['mended a', 'mended b']);
    expect(diagnosis.results.map(({ finding }) => finding.details)).toEqual([
      'mended',
      'fine',
      'mended',
      'stays',
    ]);
    expect([done, looks]).toEqual([['a', 'b'], 1]);
  });

  it('makes checks that only the mend made possible', async () => {
    let isSafe = false;
    const directory = check(
      'directory',
      () => Promise.resolve(isSafe ? ok('private') : failed('store_unsafe', 'open', null)),
      {
        mend() {
          isSafe = true;
          return Promise.resolve(['closed it']);
        },
      },
    );
    const { results } = await run(
      [directory, check('database', ok('intact'), { needs: ['directory'] })],
      true,
    );
    expect(results.map(({ finding }) => finding)).toEqual([ok('private'), ok('intact')]);
  });

  it('tells why something could not be mended, and mends the rest', async () => {
    const done: string[] = [];
    const stubborn = check('a', warning('open'), {
      mend: () => Promise.reject(new WactlError('store_unsafe', 'it is read-only', 'remount it')),
    });
    const { results, mended } = await run([stubborn, broken('b', done)], true);
    expect(results[0]?.finding).toEqual(failed('store_unsafe', 'it is read-only', 'remount it'));
    expect(mended).toEqual(['mended b']);
  });
});

it('names a few of many', () => {
  expect(namedFew(['a'])).toBe('a');
  expect(namedFew(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
});
