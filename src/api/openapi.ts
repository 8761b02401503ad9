import { httpStatuses } from './error-answer.ts';
import type { DocumentName } from '../schema/document-schemas.ts';
import { requestFaults } from '../schema/request-faults.ts';
import { scopeWords, tokenScopes } from '../domain/token.ts';
import { routeTable } from './route-table.ts';
import type { Route } from './route-table.ts';
import { jsonSchemaOf, jsonSchemas } from '../schema/json-schema.ts';
import type { JsonSchema } from '../schema/json-schema.ts';

const schemas = jsonSchemas();

const ref = (name: DocumentName): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const text: JsonSchema = { type: 'string' };
const json = (schema: JsonSchema) => ({ 'application/json': { schema } });
const stream = { 'text/event-stream': { schema: { type: 'string' } } };

function answerContent({ streams }: Route, schema: JsonSchema) {
  if (streams === 'always') return stream;
  return streams ? { ...json(schema), ...stream } : json(schema);
}

const answerSchema = (names: DocumentName | readonly DocumentName[]): JsonSchema =>
  typeof names === 'string' ? ref(names) : { oneOf: names.map(ref) };

/** Whether there is a field that cannot be left out. */
const needsBody = (name: DocumentName): boolean =>
  (schemas[name]['required'] as readonly string[]).length > 0;

function operation(operationId: string, route: Route) {
  const path = route.path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: text }] : [];
  const query = Object.entries(route.query ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema: jsonSchemaOf(schema),
  }));
  const answers: Record<string, unknown> = {};
  for (const [status, names] of Object.entries(route.answers)) {
    answers[status] = { description: 'done', content: answerContent(route, answerSchema(names)) };
  }
  return {
    operationId,
    summary: route.summary,
    security: [{ token: [route.scope] }],
    parameters: [...path, ...query],
    ...(route.body && { requestBody: { required: needsBody(route.body), content: json(ref(route.body)) } }),
    responses: { ...answers, ...refused, default: failed },
  };
}

const failed = { $ref: '#/components/responses/Failed' };
function described(description: string) {
  return { description, content: json(ref('Error')) };
}

/** What every token can meet. */
const refused = {
  401: described('no token, or a wrong one'),
  403: described('the token is for less: for a lower scope, or for one other session'),
  429: described('too many wrong tokens came from this address'),
};
const health = json(ref('Health'));
const scopes = `WACTL_TOKEN, or one of \`wactl token create\`. By scope, a token may: ${tokenScopes
  .map((scope) => `${scope}: ${scopeWords[scope]}`)
  .join('; ')}. It may be for one session only.`;
const noToken: readonly JsonSchema[] = [];

function page(
  operationId: string,
  summary: string,
  answers: Readonly<Record<number, JsonSchema>>,
  security?: readonly JsonSchema[],
) {
  const responses = Object.fromEntries(
    Object.entries(answers).map(([status, content]) => [status, { description: 'the answer', content }]),
  );
  return {
    get: {
      operationId,
      summary,
      ...(security && { security }),
      responses: { ...responses, default: failed },
    },
  };
}

/** The paths of `serve` besides the sessions. */
const pages = {
  '/healthz': page('health', 'Whether the process is alive. Needs no token.', { 200: health }, noToken),
  '/readyz': page(
    'readiness',
    'Whether the process accepts work: not while it stops, nor while its database is locked. Needs no token.',
    { 200: health, 503: health },
    noToken,
  ),
  '/metrics': page('metrics', 'Metrics in the text format of Prometheus.', {
    200: { 'text/plain': { schema: text } },
  }),
  '/openapi.json': page('describe', 'This description.', { 200: json({ type: 'object' }) }),
};

/** What the address of a session's webhook receives. */
const webhook = {
  operationId: 'receiveEvent',
  summary: 'An event of a session, in the Standard Webhooks format. A status of 2xx accepts it.',
  security: noToken,
  requestBody: { required: true, content: json(ref('WebhookEvent')) },
  responses: { '2XX': { description: 'the event has arrived' } },
};

/** The description of the API (OpenAPI 3.1.0), made of the same table as its routes. */
export function openApi(version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries<Route>(routeTable)) {
    (paths[route.path] ??= {})[route.method] = operation(name, route);
  }
  const failures = [...new Set([...Object.values(httpStatuses), ...Object.values(requestFaults)])].sort();
  return {
    openapi: '3.1.0',
    info: {
      title: 'wactl',
      version,
      description: `WhatsApp sessions. Failures have status ${failures.join(', ')}; "code" names the cause.`,
      license: { name: 'GPL-3.0-or-later', identifier: 'GPL-3.0-or-later' },
    },
    // Where this was read from.
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths: { ...paths, ...pages },
    webhooks: { event: { post: webhook } },
    components: {
      schemas,
      responses: { Failed: { description: 'what went wrong, and what to do', content: json(ref('Error')) } },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: scopes } },
    },
  };
}
