/** Characters that act on a terminal and that JSON.stringify does not escape: DEL, C1, line separators, bidi overrides. */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A value as one line of JSON with a line end; the same value to a parser, harmless on a terminal. */
export const jsonLine = (value: unknown): string => `${JSON.stringify(value).replace(unsafe, escape)}\n`;
