// The program and the chunk that all of it shares, as one file: each file takes a fiftieth of a bare node start.

const sharedBy = /=require\("\.\/(chunk-\w+)\.cjs"\)/g;

/** Of CommonJS files, by their names: puts the one chunk that `entry` loads into it, before its own code. */
export function joinStart(files, entry) {
  const codeOf = (wanted) => files.find(({ name }) => name === wanted).code;
  const loaded = [...codeOf(entry).matchAll(sharedBy)];
  if (loaded.length !== 1)
    throw new Error(`${entry} loads ${loaded.length} chunks: look at .config/shared-chunk.js`);
  const [[require, chunk]] = loaded;
  // A function, for names that both have; in parentheses, so that V8 reads it once.
  const own = `(()=>{${codeOf(entry).replace(require, '=module.exports')}})();\n`;
  return files
    .filter(({ name }) => name !== chunk)
    .map(({ name, code }) => ({
      name,
      code: (name === entry ? codeOf(chunk) + own : code).replaceAll(`"./${chunk}.cjs"`, `"./${entry}.cjs"`),
    }));
}
