import { prologue } from './noise.ts';

const lengthBytes = 3;
const routingIntro = Buffer.from('ED');

/** One frame on the wire: its length in 3 bytes big-endian, then the body. */
export function encodeFrame(body: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(lengthBytes + body.length);
  frame.writeUIntBE(body.length, 0, lengthBytes);
  body.copy(frame, lengthBytes);
  return frame;
}

/** The end of the introduction, as far as these bytes show it; at least 4. */
const introductionEnd = (bytes: Buffer): number => {
  if (!bytes.subarray(0, 2).equals(routingIntro)) return prologue.length;
  return bytes.length < 7 ? 7 : 7 + bytes.readUIntBE(4, 3) + prologue.length;
};

/**
 * Cuts what a client sends into frames. Its first bytes are an introduction: optionally `ED 00 01`, a length and the
 * routing info that it was given earlier, then the prologue `57 41 06 03`.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  /** The number of bytes needed before anything can be read. */
  #wanted = prologue.length;
  #introduced = false;

  /** The frames that are complete now. Throws on a wrong introduction. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const frames: Buffer[] = [];
    while (this.#length >= this.#wanted) {
      const bytes = Buffer.concat(this.#chunks);
      const end = this.#introduced ? lengthBytes + bytes.readUIntBE(0, lengthBytes) : introductionEnd(bytes);
      const isComplete = bytes.length >= end;
      if (isComplete && this.#introduced) frames.push(bytes.subarray(lengthBytes, end));
      else if (isComplete) this.#introduce(bytes.subarray(end - prologue.length, end));
      this.#keep(isComplete ? bytes.subarray(end) : bytes, isComplete ? lengthBytes : end);
    }
    return frames;
  }

  #introduce(read: Buffer): void {
    if (!read.equals(prologue)) throw new RangeError('not a WhatsApp client');
    this.#introduced = true;
  }

  #keep(rest: Buffer, wanted: number): void {
    this.#chunks = [rest];
    this.#length = rest.length;
    this.#wanted = wanted;
  }
}
