/**
 * The part of Protobuf that the sandbox needs: a message is described by its fields, and unknown fields are skipped.
 * Written by hand because a generated bundle of all WhatsApp messages takes longer to load than a pairing takes.
 */

type Scalar = 'bytes' | 'string' | 'uint' | 'bool';

// Any message may be inside another one.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyCodec = Codec<any>;

/** Field number, type, and whether it repeats. Numbers go up to 2^53. */
export type Field = readonly [id: number, type: Scalar | AnyCodec, repeated?: 'repeated'];

type ValueOf<T> = T extends 'bytes'
  ? Uint8Array
  : T extends 'string'
    ? string
    : T extends 'uint'
      ? number
      : T extends 'bool'
        ? boolean
        : T extends Codec<infer V>
          ? V
          : never;

type MessageOf<F> = {
  [K in keyof F]?: F[K] extends readonly [number, infer T, 'repeated']
    ? readonly ValueOf<T>[]
    : F[K] extends readonly [number, infer T]
      ? ValueOf<T>
      : never;
};

/** One kind of message. `decode` throws a RangeError on bytes that are not protobuf. */
export type Codec<V> = { encode(value: V): Buffer; decode(bytes: Uint8Array): V };

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
};

const encodeField = ([id, type]: Field, value: unknown): Buffer => {
  if (type === 'uint' || type === 'bool') return Buffer.concat([varint(id * 8), varint(Number(value))]);
  let body: Uint8Array;
  if (type === 'bytes') body = value as Uint8Array;
  else if (type === 'string') body = Buffer.from(value as string);
  else body = type.encode(value);
  return Buffer.concat([varint(id * 8 + 2), varint(body.length), body]);
};

class Reader {
  #offset = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#bytes.readUInt8(this.#offset++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new RangeError('varint too long');
  }

  take(length: number): Buffer {
    if (this.#offset + length > this.#bytes.length) throw new RangeError('message cut short');
    return this.#bytes.subarray(this.#offset, (this.#offset += length));
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.take(8);
    else if (wireType === 2) this.take(this.varint());
    else if (wireType === 5) this.take(4);
    else throw new RangeError(`wire type ${wireType}`);
  }
}

const decodeField = (reader: Reader, type: Field[1]): unknown => {
  if (type === 'uint') return reader.varint();
  if (type === 'bool') return reader.varint() !== 0;
  const body = reader.take(reader.varint());
  if (type === 'bytes') return body;
  return type === 'string' ? body.toString('utf8') : type.decode(body);
};

/** Describes a message by its fields. Field numbers come from the WAProto.proto that Baileys 7.0.0-rc14 carries. */
export const message = <const F extends Readonly<Record<string, Field>>>(fields: F): Codec<MessageOf<F>> => {
  const byId = new Map(Object.entries(fields).map(([name, field]) => [field[0], { name, field }]));
  return {
    encode: (value) => {
      const parts: Buffer[] = [];
      for (const [name, field] of Object.entries(fields)) {
        const given = (value as Record<string, unknown>)[name];
        if (given === undefined) continue;
        const values = field[2] === 'repeated' ? (given as readonly unknown[]) : [given];
        for (const one of values) parts.push(encodeField(field, one));
      }
      return Buffer.concat(parts);
    },
    decode: (bytes) => {
      const value: Record<string, unknown> = {};
      const reader = new Reader(bytes);
      while (!reader.atEnd) {
        const key = reader.varint();
        const known = byId.get(Math.floor(key / 8));
        const expected = known?.field[1] === 'uint' || known?.field[1] === 'bool' ? 0 : 2;
        if (known === undefined || key % 8 !== expected) {
          reader.skip(key % 8);
          continue;
        }
        const one = decodeField(reader, known.field[1]);
        if (known.field[2] === 'repeated') ((value[known.name] ??= []) as unknown[]).push(one);
        else value[known.name] = one;
      }
      return value as MessageOf<F>;
    },
  };
};
