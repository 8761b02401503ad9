import { proto as original } from '@whiskeysockets/baileys';
import { describe, expect, inject, it } from 'vitest';

type Json = Record<string, unknown>;

/** A message type as protobufjs generates it. */
type MessageType = {
  readonly prototype: object;
  create(fields: Json): { toJSON(): Json };
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): { toJSON(): Json };
  fromObject(fields: Json): object;
  toObject(message: object, options: Json): Json;
};

type Named = Record<string, unknown>;

const isMessage = (value: unknown): value is MessageType => typeof value === 'function' && 'decode' in value;

/** A namespace, a message type or an enum within, by its path. */
function* within(scope: unknown, path: string): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(scope as Named)) {
    if (value === null || !['object', 'function'].includes(typeof value)) continue;
    if (typeof value === 'function' && !isMessage(value)) continue;
    yield [`${path}${name}`, value];
    yield* within(value, `${path}${name}.`);
  }
}

const candidates = [7, 'text', {}, [7], ['text'], [{}]];

/** A message with all fields set, each to a value of its type. */
function sampleOf(type: MessageType): Json {
  const takes = (fields: Json, field: string): boolean => {
    try {
      return Object.keys(type.decode(type.encode(type.fromObject(fields)).finish())).includes(field);
    } catch {
      return false;
    }
  };
  const fields = Object.keys(type.prototype).filter((name) => !name.startsWith('_') && name !== 'toJSON');
  return Object.fromEntries(
    fields.flatMap((field) => {
      const found = candidates.find((value) => takes({ [field]: value }, field));
      return found === undefined ? [] : [[field, found]];
    }),
  );
}

const everything = {
  longs: String,
  enums: String,
  bytes: String,
  defaults: true,
  arrays: true,
  objects: true,
  oneofs: true,
};

/** Without the names that protobufjs gives optional fields ("_text": "text"), which the bundle leaves out. */
const withoutNames = (made: Json): unknown =>
  JSON.parse(JSON.stringify(made), (key, value: unknown) => (key.startsWith('_') ? undefined : value));

/** The result of each function of a type for this sample. */
function madeOf(type: MessageType, sample: Json): Json {
  const encoded = type.encode(type.fromObject(sample)).finish();
  const decoded = type.decode(encoded);
  const texts = type.toObject(decoded, { ...everything, oneofs: false });
  return {
    created: type.create(sample).toJSON(),
    encoded: Buffer.from(encoded).toString('hex'),
    decoded: decoded.toJSON(),
    whole: withoutNames(type.toObject(decoded, everything)),
    // Numbers, bytes and the names of enums as texts.
    fromTexts: Buffer.from(type.encode(type.fromObject(texts)).finish()).toString('hex'),
    empty: withoutNames(type.toObject(type.decode(Buffer.alloc(0)), everything)),
  };
}

const asLists = { longs: Number, bytes: Array };
const values = [0, 1, -1, 2.5, '1', 'text', 'toString', true, {}, { low: 1, high: -1 }, [], [1], ['text']];

/** What each field of a type makes of values of every kind, or the error that it throws. */
function takenBy(type: MessageType): unknown {
  const fields = Object.keys(type.prototype).filter((name) => !name.startsWith('_') && name !== 'toJSON');
  const made = (field: string, value: unknown): unknown => {
    try {
      const message = type.fromObject({ [field]: value });
      return [
        Object.entries(message).map(([key, own]) => `${key} ${String(own)}`),
        withoutNames(type.toObject(message, everything)),
        withoutNames(type.toObject(message, asLists)),
      ];
    } catch (error) {
      return String(error);
    }
  };
  return fields.map((field) => [field, values.map((value) => made(field, value))]);
}

const { proto: built } = (await import(inject('builtEngine'))) as { readonly proto: Named };
const stock = original as unknown as Named;

describe('the message types in the bundle', () => {
  it("are Baileys' 202", () => {
    expect(Object.keys(built).sort()).toEqual(Object.keys(stock).sort());
    expect(Object.keys(built)).toHaveLength(202);
  });

  it.each(Object.keys(stock))('%s works as in Baileys', (name) => {
    const inStock = [...within({ [name]: stock[name] }, '')];
    const inBundle = new Map(within({ [name]: built[name] }, ''));
    expect([...inBundle.keys()]).toEqual(inStock.map(([path]) => path));
    for (const [path, value] of inStock) {
      const ours = inBundle.get(path);
      if (!isMessage(value)) {
        expect(ours, path).toEqual(value);
        continue;
      }
      const type = ours as MessageType;
      expect(Object.keys(type.prototype).filter((key) => !key.startsWith('_'))).toEqual(
        Object.keys(value.prototype).filter((key) => !key.startsWith('_')),
      );
      expect(madeOf(type, sampleOf(value)), path).toEqual(madeOf(value, sampleOf(value)));
      expect(takenBy(type), path).toEqual(takenBy(value));
    }
  });
});
