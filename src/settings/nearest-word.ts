/** The one of `words` that takes the fewest typing slips to become `word` (Levenshtein); the earlier of two equals. */
export const nearestWord = (word: string, words: readonly string[]): string =>
  words.reduce((best, candidate) => (slips(word, candidate) < slips(word, best) ? candidate : best));

function slips(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const kept = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(kept, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
