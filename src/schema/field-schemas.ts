import * as v from 'valibot';
import { sessionStatuses } from '../domain/session.ts';

// The message of each schema says what the field must be; `parseBySchema` puts the field's name before it.

export const text = v.string('text');
export const flag = v.boolean('true or false');
/** `v.number` takes Infinity, which JSON has as 1e999. */
export const number = v.pipe(v.number('a number'), v.finite('a number'));
export const seconds = v.pipe(number, v.minValue(0, 'a number, 0 or more'));
export const integer = v.pipe(
  v.number('a whole number'),
  v.integer('a whole number'),
  v.check((value: number) => Number.isSafeInteger(value), 'a whole number'),
);

const wholeNumber = 'a whole number, 0 or more';
export const count = v.pipe(
  v.number(wholeNumber),
  v.integer(wholeNumber),
  v.minValue(0, wholeNumber),
  v.check((value: number) => Number.isSafeInteger(value), wholeNumber),
);

const iso = 'a time in ISO 8601';
/** Text in a document, a Date when it is read. Its description is given here, since it is about the text. */
export const timeWith = (about: { readonly description?: string }) =>
  v.pipe(
    v.string(iso),
    v.metadata({ format: 'date-time', ...about }),
    v.transform((written) => new Date(written)),
    v.date(iso),
  );
export const time = timeWith({});
/** A time that stays text when it is read. */
export const writtenTime = v.pipe(
  time,
  v.transform((date) => date.toISOString()),
);

/** One of these words. */
export const oneOf = <const W extends readonly string[]>(words: W) =>
  v.picklist(words, `one of ${words.join(', ')}`);

/** Described as one of these words; a newer wactl may send others. */
export const oneOfOrNewer = (words: readonly string[]) => v.pipe(text, v.metadata({ enum: words }));

/** Always this word. */
export const word = <const W extends string>(only: W) => v.literal(only, only);

export const status = oneOf(sessionStatuses);
export const list = <S extends v.GenericSchema>(item: S) => v.array(item, 'a list');

/** The text of a QR code: printable, and short enough for a phone to scan it from a screen (WhatsApp's have about 277). */
export const qrText = v.pipe(text, v.regex(/^[!-~]{1,1000}$/, 'the text of a QR code'));

/** An object with these fields; others are passed over. */
export const object = <E extends v.ObjectEntries>(entries: E) =>
  refuseLists(v.object(entries, words(entries)));

/** An object with these fields; others are refused. */
export const requestBody = <E extends v.ObjectEntries>(entries: E) =>
  refuseLists(v.strictObject(entries, words(entries)));

/** An object with any names. `v.record` passes over "constructor", which a session may be called. */
export function byName<S extends v.GenericSchema>(value: S) {
  const schema = v.record(text, value, 'a JSON object');
  return refuseLists({
    ...schema,
    '~run'(dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) {
      const names = Object.keys(Object(dataset.value) as object);
      const entries = v.object(Object.fromEntries(names.map((name) => [name, value])), 'a JSON object');
      return entries['~run'](dataset, config) as ReturnType<(typeof schema)['~run']>;
    },
  });
}

/** What an object must be, or what is missing in it, or which fields are allowed in it. */
const words =
  (entries: v.ObjectEntries) =>
  ({ expected, path }: v.ObjectIssue | v.StrictObjectIssue): string => {
    if (expected === 'never') {
      const names = Object.keys(entries);
      return names.length === 0 ? 'no fields are allowed here' : `allowed: ${names.join(', ')}`;
    }
    const missing = path && entries[path[0].key as string];
    if (!missing) return 'a JSON object';
    return v.safeParse(missing, undefined).issues?.[0].message ?? 'a value';
  };

/** For valibot a list is an object. */
function refuseLists<S extends v.GenericSchema>(schema: S): S {
  return {
    ...schema,
    '~run'(dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) {
      return schema['~run'](Array.isArray(dataset.value) ? { value: 'a list' } : dataset, config);
    },
  };
}
