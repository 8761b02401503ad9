/** The source with `from` replaced by `to`, which must be there exactly so many times. Throws a sentence. */
export function replaced(source, { from, to, times = 1 }, path) {
  const found = typeof from === 'string' ? source.split(from).length - 1 : [...source.matchAll(from)].length;
  if (found !== times)
    throw new Error(
      `${path} has ${found} × ${String(from)}, not ${times}: look at what changes it in .config`,
    );
  return typeof from === 'string' ? source.replaceAll(from, () => to) : source.replace(from, to);
}
