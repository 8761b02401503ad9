import { UsageError } from '../errors.ts';

/**
 * An object that came as JSON from elsewhere, read field by field. Every reader throws UsageError, which names the field,
 * when it is invalid; `optional…` readers return undefined for an omitted field, `…OrNull` readers null for null.
 */
export class JsonFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** `path` stands before the field names in messages: "webhook." */
  constructor(value: unknown, path = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new UsageError(`${path === '' ? 'this' : `"${path.slice(0, -1)}"`} must be a JSON object`);
    }
    this.#fields = value as Readonly<Record<string, unknown>>;
    this.#path = path;
  }

  /** Throws if there is a field with another name. */
  only(names: readonly string[]): this {
    const unknown = Object.keys(this.#fields).find((name) => !names.includes(name));
    if (unknown === undefined) return this;
    const hint = names.length === 0 ? 'none are allowed here' : `allowed: ${names.join(', ')}`;
    throw new UsageError(`unknown field "${this.#path}${unknown}"`, hint);
  }

  get names(): readonly string[] {
    return Object.keys(this.#fields);
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  isNull(name: string): boolean {
    return this.#fields[name] === null;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value === 'string') return value;
    throw this.#wrong(name, 'text');
  }

  /** The text of a QR code: printable, and short enough for a phone to scan it from a screen (WhatsApp's have about 277). */
  qrText(name: string): string {
    const text = this.text(name);
    if (/^[!-~]{1,1000}$/.test(text)) return text;
    throw this.#wrong(name, 'the text of a QR code');
  }

  number(name: string): number {
    const value = this.#fields[name];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.#wrong(name, 'a number');
  }

  /** A whole number from 0 on. */
  count(name: string): number {
    const value = this.number(name);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#wrong(name, 'a whole number, 0 or more');
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value === 'boolean') return value;
    throw this.#wrong(name, 'true or false');
  }

  /** ISO 8601. */
  date(name: string): Date {
    const date = new Date(this.text(name));
    if (Number.isNaN(date.getTime())) throw this.#wrong(name, 'a time in ISO 8601');
    return date;
  }

  word<W extends string>(name: string, words: readonly W[]): W {
    const value = this.text(name);
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw this.#wrong(name, `one of ${words.join(', ')}`);
  }

  fields(name: string): JsonFields {
    return new JsonFields(this.#fields[name], `${this.#path}${name}.`);
  }

  list(name: string): readonly unknown[] {
    const value = this.#fields[name];
    if (Array.isArray(value)) return value as readonly unknown[];
    throw this.#wrong(name, 'a list');
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  optionalFields(name: string): JsonFields | undefined {
    return this.has(name) ? this.fields(name) : undefined;
  }

  textOrNull(name: string): string | null {
    return this.isNull(name) ? null : this.text(name);
  }

  numberOrNull(name: string): number | null {
    return this.isNull(name) ? null : this.number(name);
  }

  dateOrNull(name: string): Date | null {
    return this.isNull(name) ? null : this.date(name);
  }

  fieldsOrNull(name: string): JsonFields | null {
    return this.isNull(name) ? null : this.fields(name);
  }

  #wrong(name: string, what: string): UsageError {
    return new UsageError(`"${this.#path}${name}" ${this.has(name) ? 'must be' : 'is missing:'} ${what}`);
  }
}
