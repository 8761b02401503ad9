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

/**
 * Cuts what a client sends into frames. Its first bytes are an introduction: optionally `ED 00 01`, a length and the
 * routing info that it was given earlier, then the prologue `57 41 06 03`.
 */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);
  private introduced = false;

  /** The frames that are complete now. Throws on a wrong introduction. */
  push(chunk: Buffer): Buffer[] {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const frames: Buffer[] = [];
    if (!this.introduced && !this.readIntroduction()) return frames;
    for (let frame = this.next(); frame !== undefined; frame = this.next()) frames.push(frame);
    return frames;
  }

  private next(): Buffer | undefined {
    if (this.pending.length < lengthBytes) return undefined;
    const end = lengthBytes + this.pending.readUIntBE(0, lengthBytes);
    if (this.pending.length < end) return undefined;
    const frame = this.pending.subarray(lengthBytes, end);
    this.pending = this.pending.subarray(end);
    return frame;
  }

  private readIntroduction(): boolean {
    let start = 0;
    if (this.pending.subarray(0, 2).equals(routingIntro)) {
      if (this.pending.length < 7) return false;
      start = 7 + this.pending.readUIntBE(4, 3);
    }
    const end = start + prologue.length;
    if (this.pending.length < end) return false;
    if (!this.pending.subarray(start, end).equals(prologue)) throw new RangeError('not a WhatsApp client');
    this.pending = this.pending.subarray(end);
    this.introduced = true;
    return true;
  }
}
