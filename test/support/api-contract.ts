import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openApi } from '../../src/api/openapi.ts';
import { routeTable } from '../../src/api/route-table.ts';
import type { Route } from '../../src/api/route-table.ts';
import type { Schema } from '../../src/api/schema.ts';

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
formats.default(ajv);
ajv.addVocabulary(['openapi', 'info', 'servers', 'security', 'paths', 'components']);
ajv.addSchema(openApi('0'), 'api');

const compiled = new Map<string, ReturnType<typeof ajv.compile>>();

/** The schema with references that resolve outside the description. */
const outside = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as Schema;

function check(schema: Schema, value: unknown, what: string): void {
  const key = JSON.stringify(schema);
  const validate = compiled.get(key) ?? ajv.compile(outside(schema));
  compiled.set(key, validate);
  if (!validate(value)) {
    throw new Error(
      `${what} is not as described: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`,
    );
  }
}

const failure: Schema = { $ref: '#/components/schemas/Error' };
const line: Schema = { $ref: '#/components/schemas/Event' };

const matches = (route: Route, method: string, path: string): boolean =>
  route.method === method.toLowerCase() &&
  new RegExp(`^${route.path.replace('{id}', '[^/]+')}$`).test(path.replace(/\?.*/, ''));

/** Throws unless the answer matches /openapi.json for this request. */
export function expectDescribed(method: string, path: string, status: number, body: unknown): void {
  const what = `${method} ${path} → ${String(status)}`;
  if (status >= 400) return check(failure, body, what);
  const route = Object.values<Route>(routeTable).find((one) => matches(one, method, path));
  const schema = route?.answers[status];
  if (!schema) throw new Error(`${what} is not described`);
  check(schema, body, what);
}

/** Throws unless /openapi.json describes this line. */
export const expectDescribedLine = (value: unknown): void => check(line, value, 'a line of an event stream');
