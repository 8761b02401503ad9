// Text from WhatsApp (push names, business names, error texts) is written by strangers. On a terminal, control
// characters in it could move the cursor, retitle the window, hide or turn round what stands on the line.
import { stripVTControlCharacters } from 'node:util';

/** C0, DEL, C1, and the line and paragraph separators: each row of them becomes a space. */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Characters that change the direction of what follows, and the invisible byte order mark. */
const overrides = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const colour = /(\u001b\[[\d;]*m)/;

const clean = (text: string): string =>
  stripVTControlCharacters(text).replace(overrides, '').replace(controls, ' ');

/** One line of harmless text: escape sequences gone, controls to spaces, no bidirectional overrides. */
export const plain = (text: string): string => clean(text).trim();

/** The same for lines that are ours but hold others' text: line ends, indentation and colours stay. */
export const plainLines = (text: string): string =>
  text
    .split('\n')
    .map((line) =>
      line
        .split(colour)
        .map((part, index) => (index % 2 === 1 ? part : clean(part)))
        .join(''),
    )
    .join('\n');
