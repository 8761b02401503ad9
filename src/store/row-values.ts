/** The values of columns and parameters. No booleans: libsql aborts the process on one. */
export type BoundValue = string | number | Uint8Array | null;

export type Row = Readonly<Record<string, BoundValue>>;

/**
 * The text in a column, which SQLite may give as bytes (`columns` in driver.ts); undefined when it holds no text, or bytes that are not UTF-8.
 */
export function textIn(value: BoundValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return utf8.decode(value);
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value of a column. Throws TypeError when it is not one. */
export function required<T>(row: Row, column: string, is: (value: unknown) => value is T): T {
  const value = row[column];
  if (!is(value)) throw new TypeError(`column ${column}`);
  return value;
}

export const optional = <T>(row: Row, column: string, is: (value: unknown) => value is T): T | null =>
  row[column] === null ? null : required(row, column, is);

export function optionalDate(row: Row, column: string): Date | null {
  const milliseconds = optional(row, column, isTime);
  return milliseconds === null ? null : new Date(milliseconds);
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
/** Whether these milliseconds make a valid Date. */
export const isTime = (value: unknown): value is number => isWhole(value) && Math.abs(value) <= 8.64e15;
export const isTruth = (value: unknown): value is 0 | 1 => value === 0 || value === 1;
export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
