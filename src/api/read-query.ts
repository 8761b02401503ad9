import { UsageError } from '../errors.ts';
import { sessionStatuses } from '../domain/session.ts';
import { flag } from '../schema/field-schemas.ts';
import { itemNumber, parseParameter, timeoutSeconds } from '../schema/query-schemas.ts';
import type { ParameterSchema } from '../schema/query-schemas.ts';
import type { SessionQuery } from '../ports/store.ts';

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
    return this.#read(name, flag) ?? otherwise;
  }

  /** Whether the one word that it may be is given. */
  has(name: string, word: ParameterSchema<string>): boolean {
    return this.#read(name, word) !== undefined;
  }

  /** A whole number from 1 on. */
  count(name: string, otherwise: number): number {
    return this.#read(name, itemNumber) ?? otherwise;
  }

  /** `timeout_seconds` as milliseconds, up to an hour. */
  timeoutMs(): number | undefined {
    const seconds = this.#read('timeout_seconds', timeoutSeconds);
    return seconds === undefined ? undefined : Math.ceil(seconds * 1000);
  }

  #read<T>(name: string, schema: ParameterSchema<T>): T | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : parseParameter(name, schema, text);
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
