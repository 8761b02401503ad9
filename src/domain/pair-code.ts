import { UsageError } from '../errors.ts';

/** The characters of a pairing code (Baileys rc14, `bytesToCrockford`): no 0, I, O or U. */
export const pairCodeAlphabet = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';

const pattern = new RegExp(`^[${pairCodeAlphabet}]{8}$`);

/** Reads a pairing code as a person writes it, "abcd-efgh", as 8 bare characters. Throws UsageError. */
export function parsePairCode(text: string): string {
  const code = text.replaceAll(/[-\s]/g, '').toUpperCase();
  if (pattern.test(code)) return code;
  const wrong = [...new Set(code)].filter((character) => !pairCodeAlphabet.includes(character));
  throw new UsageError(
    wrong.length > 0 ? `a pairing code cannot contain ${inWords(wrong)}` : 'a pairing code has 8 characters',
    `use ${pairCodeAlphabet} (no 0, I, O or U), with or without a dash in the middle`,
  );
}

const inWords = (characters: readonly string[]): string =>
  characters.join(', ').replace(/, ([^,]*)$/, characters.length > 1 ? ' or $1' : '');

/** "ABCDEFGH" as the phone shows it: "ABCD-EFGH". */
export const showPairCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;
