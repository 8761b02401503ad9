/** The counts and findings of a run. */
export class FuzzReport {
  readonly what: string;
  readonly seed: number;
  tried = 0;
  readonly wrong: { readonly kind: 'crash' | 'hang' | 'deaf' | 'leak'; readonly words: string }[] = [];
  /** How often connections ended, by the reason. */
  readonly ends = new Map<string, number>();

  constructor(what: string, seed: number) {
    this.what = what;
    this.seed = seed;
  }

  end(reason: string): void {
    this.ends.set(reason, (this.ends.get(reason) ?? 0) + 1);
  }

  fail(kind: FuzzReport['wrong'][number]['kind'], words: string): void {
    this.wrong.push({ kind, words });
    process.stdout.write(`\n${kind}: ${words}\n`);
  }

  /** One line, for fuzz.js and for people. */
  print(): void {
    const count = (kind: string): number => this.wrong.filter((one) => one.kind === kind).length;
    const kinds = ['crash', 'hang', 'deaf', 'leak'];
    const results = Object.fromEntries(kinds.map((kind) => [kind, count(kind)]));
    const line = { what: this.what, seed: this.seed, tried: this.tried, ...results, ends: [...this.ends] };
    process.stdout.write(`\nfuzz ${JSON.stringify(line)}\n`);
  }
}

/** Whether this is the long run of `npm run fuzz`, not the short one in the gate. */
export const isLong = process.env['WACTL_FUZZ'] === 'long';
export const firstSeed = Number(process.env['WACTL_FUZZ_SEED'] ?? 1);

/** Resolves with the result of `work`, or with undefined when it takes too long. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), limitMs)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
