import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openApi } from '../../src/api/openapi.ts';
import { routeTable } from '../../src/api/route-table.ts';
import type { Route } from '../../src/api/route.ts';
import { apiWorld } from '../support/fake-api.ts';
import { someProfile } from '../support/fake-whatsapp.ts';

type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
};

const description = openApi('0', { withInternal: true });
const schemas = description.components.schemas as Readonly<Record<string, Schema>>;

/** What the schema allows, mostly; now and then anything. */
function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: allowedBy(schema) }, { weight: 1, arbitrary: fc.jsonValue() });
}

function allowedBy(schema: Schema): fc.Arbitrary<unknown> {
  const variants = schema.anyOf ?? schema.oneOf;
  if (schema.$ref !== undefined) return allowedBy(schemas[schema.$ref.split('/').pop() ?? ''] ?? {});
  if (variants) return fc.oneof(...variants.map(allowedBy));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, valuesOf(field)]);
      return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: [...(schema.required ?? [])],
      });
    }
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), { maxLength: 4 });
    case 'string':
      return schema.pattern === undefined
        ? fc.string({ unit: 'binary', maxLength: 40 })
        : fc.oneof(fc.stringMatching(new RegExp(schema.pattern)), fc.string({ maxLength: 300 }));
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 1e6, 1e6) });
    case 'number':
      return fc.double({ noNaN: true });
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

const words = (schema: Schema): fc.Arbitrary<string> =>
  valuesOf(schema).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));

/** A request for a route, with parameters and a body that its description allows, or nearly. */
function requestsOf(route: Route): fc.Arbitrary<{ path: string; body: unknown }> {
  const { method, path } = route;
  const described = (description.paths as unknown as Record<string, Record<string, unknown>>)[path]?.[
    method
  ] as {
    readonly parameters: readonly { readonly in?: string; readonly name: string; readonly schema: Schema }[];
    readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
  };
  const query = described.parameters.filter((one) => one.in === 'query');
  const parameters = fc.record(Object.fromEntries(query.map(({ name, schema }) => [name, words(schema)])), {
    requiredKeys: [],
  });
  const schema = described.requestBody?.content['application/json'].schema;
  const id = fc.oneof(
    fc.constantFrom('linked', 'new'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 70 }),
  );
  return fc
    .record({ id, parameters, body: schema ? valuesOf(schema) : fc.constant(undefined) })
    .map((given) => {
      const search = new URLSearchParams(given.parameters as Record<string, string>).toString();
      const at = path.replace('{id}', encodeURIComponent(given.id).replace(/^\.{1,2}$/, 'x'));
      return {
        path: search === '' ? at : `${at}?${search}`,
        body: method === 'get' ? undefined : given.body,
      };
    });
}

/** A holder for which everything works. */
async function world() {
  const done = ({ id }: { readonly id: string }) =>
    Promise.resolve({ id, status: 'logged_in', details: 'done' } as const);
  const made = apiWorld({
    check: (session) =>
      Promise.resolve({
        session,
        status: 'logged_in',
        close: null,
        profile: someProfile,
        asOf: session.updatedAt,
      }),
    pair: (_session, goal, _options, tell) => {
      const expiresAt = new Date(made.clock.now().getTime() + 60_000);
      if (goal.kind === 'pair_by_qr') tell({ kind: 'qr', payload: 'one', seq: 1, expiresAt, rescan: false });
      else tell({ kind: 'pair_code', code: goal.code ?? 'ABCDEFGH', phone: goal.phone, seq: 1, expiresAt });
      return new Promise(() => undefined);
    },
    bringOnline: done,
    disconnect: done,
    restart: done,
    logout: done,
    remove: () => Promise.resolve(),
    refreshWebhook: () => Promise.resolve(),
  });
  await made.has({ id: 'linked' }, {});
  await made.has({ id: 'new' });
  return made;
}

/** Those whose answer a fake holder cannot give, or which send something over the network; and streams, which do not end. */
const leftOut = ['testWebhook', 'showPasskey', 'answerPasskey', 'confirmPasskey'];
const operations = Object.entries<Route>(routeTable).filter(
  ([name, { streams }]) => !streams && !leftOut.includes(name),
);
const numRuns = Number(process.env['WACTL_FUZZ_REQUESTS'] ?? 25);

describe('requests made from /openapi.json', () => {
  const seen = new Set<number>();
  afterAll(() => expect([...seen]).toEqual(expect.arrayContaining([200, 201, 400, 404])));

  // `ask` fails when an answer is not as described.
  it.each(operations)('%s answers each as described, and never with a bug', async (_, route) => {
    await fc.assert(
      fc.asyncProperty(requestsOf(route), async ({ path, body }) => {
        const served = await world();
        const { status } = await served.ask(route.method.toUpperCase(), path, body);
        expect(served.bugs).toEqual([]);
        expect(status).not.toBe(500);
        seen.add(status);
        served.stop.abort();
      }),
      { numRuns },
    );
  });
});
