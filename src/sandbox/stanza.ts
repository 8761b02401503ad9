import { inflateSync } from 'node:zlib';
import * as tokens from '@whiskeysockets/baileys/lib/WABinary/constants.js';
import { decodeDecompressedBinaryNode } from '@whiskeysockets/baileys/lib/WABinary/decode.js';
import { encodeBinaryNode } from '@whiskeysockets/baileys/lib/WABinary/encode.js';
import type { BinaryNode } from '@whiskeysockets/baileys/lib/WABinary/types.js';

/** One XML-like element, the unit of WhatsApp's protocol. */
export type Stanza = BinaryNode;

/** The server's own address in attributes. */
export const server = '@s.whatsapp.net';

/** Builds a stanza. Attributes that are undefined are left out; text goes as bytes, because the encoder reads some text as jids. */
export function stanza(
  tag: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  content?: readonly Stanza[] | Uint8Array | string,
): Stanza {
  const attrs: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) attrs[name] = value;
  if (content === undefined) return { tag, attrs };
  if (typeof content === 'string') return { tag, attrs, content: Buffer.from(content) };
  return { tag, attrs, content: content instanceof Uint8Array ? content : [...content] };
}

/** All child elements, or those with this tag. */
export const children = (parent: Stanza | undefined, tag?: string): Stanza[] =>
  Array.isArray(parent?.content)
    ? parent.content.filter((child) => tag === undefined || child.tag === tag)
    : [];

/** The first child, or the first one with this tag. */
export const child = (parent: Stanza | undefined, tag?: string): Stanza | undefined =>
  children(parent, tag)[0];

/** The bytes in an element; empty when it has none. */
export function bytesOf(element: Stanza | undefined): Buffer {
  const content = element?.content;
  if (content === undefined || Array.isArray(content)) return Buffer.alloc(0);
  return Buffer.from(content);
}

/** The text in an element; empty when it has none. */
export const textOf = (element: Stanza | undefined): string => bytesOf(element).toString('utf8');

/** The plaintext of a frame. */
export const encodeStanza = (element: Stanza): Buffer => encodeBinaryNode(element);

/** Throws on bytes that are not a stanza. */
export function decodeStanza(plaintext: Buffer): Stanza {
  const compressed = (plaintext.readUInt8(0) & 2) !== 0;
  const body = compressed ? inflateSync(plaintext.subarray(1)) : plaintext.subarray(1);
  return decodeDecompressedBinaryNode(body, tokens);
}
