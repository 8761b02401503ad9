import { UsageError } from '../errors.ts';
import { sessionStatuses } from '../domain/session.ts';
import type { SessionQuery } from '../ports/store.ts';

const longestSeconds = 3600;
const everything = 1_000_000;

/** The parameters of a path, each at most once. Throws UsageError for a parameter that is not in `names`. */
export class Query {
  readonly #values: ReadonlyMap<string, string>;

  constructor(url: string, names: readonly string[]) {
    const given = [...new URL(url).searchParams];
    const unknown = given.find(([name]) => !names.includes(name));
    if (unknown) {
      const hint = names.length === 0 ? 'this path takes no parameters' : `allowed: ${names.join(', ')}`;
      throw new UsageError(`unknown parameter "${unknown[0]}"`, hint);
    }
    const again = given.find(([name], at) => given.findIndex(([n]) => n === name) < at);
    if (again) throw new UsageError(`"${again[0]}" is given more than once`);
    this.#values = new Map(given);
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** "true" or "false". */
  flag(name: string, otherwise: boolean): boolean {
    const text = this.text(name);
    if (text !== undefined && text !== 'true' && text !== 'false') {
      throw new UsageError(`"${name}" must be true or false`);
    }
    return text === undefined ? otherwise : text === 'true';
  }

  /** A whole number from 1 on. */
  count(name: string, otherwise: number): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= everything) return value;
    throw new UsageError(`"${name}" must be a whole number from 1 to ${String(everything)}`);
  }

  /** `timeout_seconds` as milliseconds, up to an hour. */
  timeoutMs(): number | undefined {
    const text = this.text('timeout_seconds');
    if (text === undefined) return undefined;
    const seconds = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= longestSeconds)
      return Math.ceil(seconds * 1000);
    throw new UsageError(`"timeout_seconds" must be a number above 0, up to ${String(longestSeconds)}`);
  }
}

/** Reads `status`, `search`, `page` and `per_page`. Throws UsageError. */
export function sessionQuery(query: Query): SessionQuery {
  const search = query.text('search');
  const words = query.text('status')?.split(',') ?? [];
  const statuses = sessionStatuses.filter((status) => words.includes(status));
  const unknown = words.find((word) => !(sessionStatuses as readonly string[]).includes(word));
  if (unknown !== undefined) {
    throw new UsageError(`invalid status "${unknown}"`, `one or more of: ${sessionStatuses.join(', ')}`);
  }
  return {
    statuses,
    ...(search === undefined ? {} : { search }),
    page: query.count('page', 1),
    perPage: query.count('per_page', 25),
  };
}
