/** A sentence on what is wrong with a record, without a secret. */
export class GoRecordError extends Error {}

export type GoStructure = Readonly<Record<string, unknown>>;

/** A structure as Go's encoding/json writes it. Throws GoRecordError, as all of these do. */
export function parseGo(record: Uint8Array): GoStructure {
  try {
    return structureIn(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(record)), 'the record');
  } catch (cause) {
    // Deeper than the stack is a RangeError.
    throw cause instanceof GoRecordError ? cause : new GoRecordError('it is not JSON', { cause });
  }
}

export function structureIn(value: unknown, name: string): GoStructure {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new GoRecordError(`"${name}" is missing`);
  return value as GoStructure;
}

/** An empty list is null in Go too. */
export function listIn(value: unknown, name: string): readonly GoStructure[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new GoRecordError(`"${name}" is not a list`);
  return value.map((one) => structureIn(one, name));
}

/** Bytes are Base64. */
export function bytesIn(value: unknown, name: string, length: number): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
  if (bytes?.length !== length) throw new GoRecordError(`"${name}" does not have ${String(length)} bytes`);
  return bytes;
}

export function numberIn(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xff_ff_ff_ff)
    throw new GoRecordError(`"${name}" is not a number of 32 bits`);
  return value;
}
