/** Bytes as Baileys writes them into JSON (rc14, Utils/generics.js, BufferJSON). */
const isMarked = (value: object): value is { type: 'Buffer'; data: string } =>
  'type' in value && value.type === 'Buffer' && 'data' in value && typeof value.data === 'string';

/** Earlier Baileys wrote {"0":5,"1":12,…}. */
function isNumbered(value: object): value is Record<string, number> {
  const entries = Object.entries(value);
  return (
    entries.length > 0 && entries.every(([key, one], at) => key === String(at) && typeof one === 'number')
  );
}

/** Reads JSON of Baileys. Throws SyntaxError, also for what could change an object's prototype. */
export function readBufferJson(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__') throw new SyntaxError('a field "__proto__"');
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      if (isMarked(value)) return Buffer.from(value.data, 'base64');
      return isNumbered(value) ? Buffer.from(Object.values(value)) : value;
    });
  } catch (error) {
    // Deeper than the stack.
    throw error instanceof RangeError ? new SyntaxError('nested too deeply') : error;
  }
}

/** Bytes as a value of JSON. */
export const markedBytes = (bytes: Uint8Array) => ({
  type: 'Buffer',
  data: Buffer.from(bytes).toString('base64'),
});
