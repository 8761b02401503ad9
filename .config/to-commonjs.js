// esbuild splits ES modules only. Chunk by chunk they become CommonJS, which Node loads faster (docs/performance.md), and
// `.cjs`, for which Node reads no package.json.
import { transform } from 'esbuild';

/**
 * A chunk that esbuild wrote as an ES module, as CommonJS. Dynamic imports load when they are called, as they did. A `foreign` one
 * has nothing but packages in it: nobody reads its names in a stack, and they are a sixth of it.
 */
export async function toCommonJs(source, { foreign }) {
  const { code } = await transform(source, {
    format: 'cjs',
    platform: 'neutral',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: foreign,
    legalComments: 'none',
    supported: { 'dynamic-import': false },
  });
  return code.replace(/(?<=\brequire\("\.\/[^"]*)\.js(?="\))/g, '.cjs');
}
