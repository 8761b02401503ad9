import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openApi } from '../../src/api/openapi.ts';
import type { JsonSchema } from '../../src/schema/json-schema.ts';

const description = openApi('0', { withInternal: true });
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
formats.default(ajv);
ajv.addVocabulary(['openapi', 'info', 'servers', 'security', 'paths', 'webhooks', 'components', 'tags']);
ajv.addSchema(description, 'api');

const compiled = new Map<string, ReturnType<typeof ajv.compile>>();

/** The schema with references that resolve outside the description. */
const outside = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as JsonSchema;

function check(schema: JsonSchema, value: unknown, what: string): void {
  const key = JSON.stringify(schema);
  const validate = compiled.get(key) ?? ajv.compile(outside(schema));
  compiled.set(key, validate);
  if (!validate(value)) {
    throw new Error(
      `${what} is not as described: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`,
    );
  }
}

const failure: JsonSchema = { $ref: '#/components/schemas/Error' };
const line: JsonSchema = { $ref: '#/components/schemas/Event' };

type Operation = {
  readonly responses: Readonly<
    Record<number, { content?: Record<string, { schema: JsonSchema } | undefined> }>
  >;
};

/** What is described for a request. */
function operationOf(method: string, path: string): Operation | undefined {
  const [, methods] =
    Object.entries(description.paths).find(([known]) =>
      new RegExp(`^${known.replace(/\{\w+\}/g, '[^/]+')}$`).test(path.replace(/\?.*/, '')),
    ) ?? [];
  return (methods as Readonly<Record<string, Operation>> | undefined)?.[method.toLowerCase()];
}

/** Throws unless the answer matches /openapi.json for this request. */
export function expectDescribed(method: string, path: string, status: number, body: unknown): void {
  const what = `${method} ${path} → ${String(status)}`;
  if (status >= 400) return check(failure, body, what);
  const schema = operationOf(method, path)?.responses[status]?.content?.['application/json']?.schema;
  if (!schema) throw new Error(`${what} is not described`);
  check(schema, body, what);
}

/** Throws unless /openapi.json describes this line. */
export const expectDescribedLine = (value: unknown): void => check(line, value, 'a line of an event stream');

/** Throws unless /openapi.json describes this body of a delivery. */
export const expectDescribedDelivery = (body: string): void =>
  check({ $ref: '#/components/schemas/WebhookEvent' }, JSON.parse(body), 'a delivery');
