// ora knows some ninety spinners, and needs two: its own on terminals that show Unicode, and "line" (src/terminal/spinner.ts).
import { readFile } from 'node:fs/promises';

const needed = ['dots', 'line'];

export const fewSpinners = {
  name: 'few-spinners',
  setup(builds) {
    builds.onLoad({ filter: /[\\/]cli-spinners[\\/]spinners\.json$/ }, async ({ path }) => {
      const all = JSON.parse(await readFile(path, 'utf8'));
      const few = Object.fromEntries(needed.map((name) => [name, all[name]]));
      if (!needed.every((name) => few[name])) throw new Error(`${path} has no ${needed.join(', ')}`);
      return { contents: JSON.stringify(few), loader: 'json' };
    });
  },
};
