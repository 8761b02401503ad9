/**
 * The one of `words` that takes the fewest typing slips to become `word` (Levenshtein); the earlier of two equals.
 * Undefined when even that takes more than half of its letters.
 */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  const [nearest] = [...words].sort((one, other) => slips(word, one) - slips(word, other));
  return nearest !== undefined && slips(word, nearest) * 2 <= nearest.length ? nearest : undefined;
}

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
