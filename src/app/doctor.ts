import { startDeadline } from '../domain/deadline.ts';
import { findingOf, warning } from '../domain/finding.ts';
import type { Diagnosis, Finding } from '../domain/finding.ts';
import { WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Check, DoctorOptions } from '../ports/doctor.ts';

type Parts = { readonly checks: readonly Check[]; readonly clock: Clock; readonly signal: AbortSignal };

type Outcome = {
  readonly finding: Finding;
  /** Whether checks that need this one make sense. */
  readonly isSound: boolean;
};

/**
 * Makes all checks at once, each within its own time; one that fails or hangs stops no other. With `fix`, mends what they
 * found, in their order, and makes those checks again. Throws only the signal's reason.
 */
export async function doctor(parts: Parts, { fix }: Pick<DoctorOptions, 'fix'>): Promise<Diagnosis> {
  const first = await examineAll(parts, new Map());
  if (!fix) return { results: resultsOf(first), mended: null };
  const mended: string[] = [];
  const standing = new Map([...first].filter(([, { finding }]) => finding.status === 'ok'));
  for (const check of parts.checks) {
    if (standing.has(check.name) || !check.mend) continue;
    try {
      mended.push(
        ...(await inTime(
          parts,
          check.mendTimeoutMs ?? check.timeoutMs,
          (limit) => check.mend?.(limit) ?? nothing,
        )),
      );
    } catch (error) {
      parts.signal.throwIfAborted();
      standing.set(check.name, { finding: findingOf(error), isSound: false });
    }
  }
  return { results: resultsOf(await examineAll(parts, standing)), mended };
}

const nothing: Promise<readonly string[]> = Promise.resolve([]);

const resultsOf = (outcomes: ReadonlyMap<string, Outcome>): Diagnosis['results'] =>
  [...outcomes].map(([name, { finding }]) => ({ name, finding }));

/** `standing`: outcomes that are known. */
async function examineAll(
  parts: Parts,
  standing: ReadonlyMap<string, Outcome>,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Promise<Outcome>>();
  for (const check of parts.checks) {
    const needed = (check.needs ?? []).map(async (name) => ({ name, outcome: await outcomes.get(name) }));
    const known = standing.get(check.name);
    outcomes.set(check.name, known ? Promise.resolve(known) : examine(parts, check, needed));
  }
  const all = [...outcomes].map(async ([name, outcome]) => [name, await outcome] as const);
  return new Map(await Promise.all(all));
}

type Needed = Promise<{ readonly name: string; readonly outcome: Outcome | undefined }>;

async function examine(parts: Parts, check: Check, needed: readonly Needed[]): Promise<Outcome> {
  for (const { name, outcome } of await Promise.all(needed)) {
    if (outcome?.isSound === false) return { finding: warning(`not checked: see ${name}`), isSound: false };
  }
  try {
    const finding = await inTime(parts, check.timeoutMs, (limit) => check.examine(limit));
    return { finding, isSound: finding.status !== 'failed' };
  } catch (error) {
    parts.signal.throwIfAborted();
    return {
      finding: error instanceof LateError ? warning(error.message) : findingOf(error),
      isSound: false,
    };
  }
}

class LateError extends WactlError {
  constructor(timeoutMs: number) {
    super('timed_out', `not finished within ${String(timeoutMs / 1000)} s`);
  }
}

/** Throws LateError when the time is up, whether or not `work` heeds its signal. */
async function inTime<T>(
  { clock, signal }: Parts,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const deadline = startDeadline(clock, signal, timeoutMs, () => new LateError(timeoutMs));
  const { signal: limit } = deadline;
  try {
    const late = new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () => reject(limit.reason as Error), { once: true });
    });
    return await Promise.race([work(limit), late]);
  } catch (error) {
    // What `work` throws because it was cut off is not what it found.
    throw limit.aborted ? limit.reason : error;
  } finally {
    deadline.end();
  }
}
