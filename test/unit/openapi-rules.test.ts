import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../src/api/openapi.ts';

const description = openApi('1.2.3');
const text = JSON.stringify(description);
const { schemas, responses, parameters } = description.components;

type Described = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
  readonly parameters?: readonly { readonly name?: string; readonly description?: string }[];
};

const operations = [...Object.entries(description.paths), ...Object.entries(description.webhooks)].flatMap(
  ([path, methods]) =>
    Object.entries(methods as Record<string, Described>).map(
      ([method, operation]) => [`${method} ${path}`, operation] as const,
    ),
);

it("Redocly's linter has no complaint", async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
    [],
  );
  // Of a document with a defect it has some.
  const source = text.replaceAll('"operationId"', '"operationName"');
  expect(await lintFromString({ source, absoluteRef: 'openapi.json', config })).not.toEqual([]);
});

// The rules of Spectral's linter too that this document can break; run by hand, it says nothing about it.
describe('in /openapi.json', () => {
  it.each(operations)('%s has a group, a title, a description and named failures', (where, operation) => {
    const names = description.tags.map(({ name }) => name as string);
    expect(operation.tags.filter((tag) => !names.includes(tag))).toEqual([]);
    expect(operation.tags).toHaveLength(1);
    expect(operation.summary).toMatch(/^\S.*[^.]$/);
    expect(operation.description.length).toBeGreaterThanOrEqual(operation.summary.length);
    const answers = Object.keys(operation.responses);
    expect(answers.some((status) => /^(?:[2-4]\d\d|2XX)$/.test(status))).toBe(true);
    if (where.includes('/api/'))
      expect(answers).toEqual(expect.arrayContaining(['400', '401', '403', 'default']));
    if (where.includes('{id}')) expect(answers).toContain('404');
    for (const { name, description: words } of operation.parameters ?? [])
      if (name !== undefined) expect(words, name).toBeTruthy();
  });

  it('each operation has a name of its own', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('every component is there that something refers to, and something refers to every component', () => {
    const used = [...text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)].map(
      ([, kind, name]) => `${kind ?? ''}/${name ?? ''}`,
    );
    const there = Object.entries({ schemas, responses, parameters }).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `${kind}/${name}`),
    );
    expect([...new Set(used)].sort()).toEqual(there.sort());
  });

  it('ids, phones, addresses, proxies and codes have patterns that take what wactl takes', () => {
    const patternOf = (schema: string, ...path: readonly string[]): RegExp => {
      let at = schemas[schema] as Record<string, unknown>;
      for (const name of path) at = (at['properties'] as Record<string, Record<string, unknown>>)[name] ?? {};
      const found = /"pattern":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(at))?.[1];
      return new RegExp(JSON.parse(`"${found ?? 'there is none'}"`) as string, 'u');
    };
    expect('my-phone').toMatch(patternOf('NewSession', 'id'));
    expect('My phone').not.toMatch(patternOf('NewSession', 'id'));
    const phone = patternOf('PairRequest', 'phone_number');
    for (const taken of [
      '+1 (555) 123-4567',
      '0049 171 1234567',
      '628123456789:1@s.whatsapp.net',
      '62812345678@c.us',
    ])
      expect(taken).toMatch(phone);
    expect('987654321@lid').not.toMatch(phone);
    expect('ABCD-EFGH').toMatch(patternOf('PairRequest', 'code'));
    expect('socks5://ada:pw@proxy:1080').toMatch(patternOf('NewSession', 'proxy'));
    expect('ftp://x').not.toMatch(patternOf('NewSession', 'proxy'));
  });
});
