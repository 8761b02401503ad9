// Text from elsewhere (push names, business names, error texts) is written by strangers. On a terminal, control characters
// in it could move the cursor, hide or turn round what stands on the line, retitle the window, or make a line of their own.
// So it is made plain where it enters a sentence or a cell, colours are put around it afterwards, and nothing that has
// been painted is looked at again: no escape sequence is ever let through because it might be ours.
import { stripVTControlCharacters } from 'node:util';
import type { Painted, Words } from '../ports/io.ts';

/** C0, DEL, C1, and the line and paragraph separators: each row of them becomes a space. */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/**
 * Invisible characters that act on visible ones: marks, overrides and isolates of direction, zero-width spaces and operators,
 * and annotations. The joiners U+200C and U+200D stay: emoji, Persian and the languages of India are written with them.
 */
const unseen = /[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\u{e0001}/gu;

/** Halves of characters, which no terminal can be sent. */
const halves = /[\ud800-\udfff]/gu;

/** Most text, which nothing of this is in. */
const plain = /^[ -~]*$/;

/** A line of our own that may hold others' text: its indentation stays. */
export const sanitizeLine = (text: string): string =>
  plain.test(text)
    ? text
    : stripVTControlCharacters(text).replace(unseen, '').replace(halves, '\ufffd').replace(controls, ' ');

/** One line of harmless text: no escape sequences, spaces for controls, nothing that hides or reverses the rest. */
export const sanitize = (text: string): string => sanitizeLine(text).trim();

/** Lines in which outside text is sanitized, maybe with our colours. Only terminal/ makes them. */
export class PaintedText implements Painted {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A look-alike is not painted: whatever has a `text` might have it from outside. */
const isPainted = (words: Words): words is Painted => words instanceof PaintedText;

/** Ready to be written. */
export const sanitizeWords = (words: Words): string => {
  if (isPainted(words)) return words.text;
  return typeof words === 'string' ? sanitizeLine(words) : words.map(sanitizeLine).join('\n');
};
