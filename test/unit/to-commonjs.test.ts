import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

const load = (name: string): Promise<unknown> =>
  import(new URL(`../../.config/${name}.js`, import.meta.url).href);
const { assertNoCycle, toCommonJs } = (await load('to-commonjs')) as {
  readonly assertNoCycle: (metafile: object) => void;
  readonly toCommonJs: (source: string, options: { readonly foreign: boolean }) => Promise<string>;
};
const { joinStart } = (await load('join-start')) as {
  readonly joinStart: (files: readonly BuiltFile[], entry: string) => readonly BuiltFile[];
};
type BuiltFile = { readonly name: string; readonly code: string };

function run(code: string, others: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const module = { exports: {} };
  runInNewContext(code, { module, require: (name: string) => others[name] });
  return module.exports;
}

describe.each([false, true])('a chunk as CommonJS, with short names: %s', (foreign) => {
  it('exports values under their names', async () => {
    const source = `var one=1;function two(){return 2}class Three{}export{one,two as other,Three,one as default};`;
    const exported = run(await toCommonJs(source, { foreign }));
    expect(exported).toMatchObject({ __esModule: true, one: 1, default: 1 });
    expect((exported['other'] as () => number)()).toBe(2);
    expect(Object.getOwnPropertyDescriptor(exported, 'one')).toHaveProperty('value');
  });

  it('goes on exporting what a name has later', async () => {
    const source = `var kept;function keep(value){kept=value}export{kept,keep};`;
    const exported = run(await toCommonJs(source, { foreign }));
    (exported['keep'] as (value: number) => void)(7);
    expect(exported['kept']).toBe(7);
  });

  it('imports names and the whole of what is no ES module, and the default of what is one', async () => {
    const source = `import all,{one}from"cjs";import whole from"./esm.js";export var seen=[all.one,one,whole];`;
    const others = { cjs: { one: 1 }, './esm.cjs': { __esModule: true, default: 'whole' } };
    expect(run(await toCommonJs(source, { foreign }), others)['seen']).toEqual([1, 1, 'whole']);
  });
});

it('chunks that import each other stop the build', () => {
  const importing = (path: string) => ({ imports: [{ path, kind: 'import-statement' }] });
  const later = { imports: [{ path: 'a', kind: 'dynamic-import' }] };
  expect(() => assertNoCycle({ outputs: { a: importing('b'), b: later } })).not.toThrow();
  expect(() => assertNoCycle({ outputs: { a: importing('b'), b: importing('a') } })).toThrow('a, b, a');
});

it('the start and the chunk that it loads become one file, which others load instead', () => {
  const joined = joinStart(
    [
      {
        name: 'main',
        code: 'var one=1,import_chunk_X=require("./chunk-X.cjs");module.exports.ran=import_chunk_X.one+one;',
      },
      { name: 'chunk-X', code: 'var one=5;module.exports={one};' },
      { name: 'part', code: 'var a=require("./chunk-X.cjs");' },
    ],
    'main',
  );
  expect(joined.map(({ name }) => name)).toEqual(['main', 'part']);
  expect(run(joined[0]?.code ?? '')).toEqual({ one: 5, ran: 6 });
  expect(joined[1]?.code).toBe('var a=require("./main.cjs");');
});
