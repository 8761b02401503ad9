import { httpStatuses } from './error-answer.ts';
import type { DocumentName } from '../schema/document-schemas.ts';
import { receiverNamePattern } from '../domain/receiver-name.ts';
import { sessionIdPattern } from '../domain/session-id.ts';
import { failureResponses, failuresOf, pageFailures } from './openapi-failures.ts';
import { webhookParts } from './openapi-webhooks.ts';
import { summaryOf, tagOf, tags } from './openapi-words.ts';
import { requestFaults } from '../schema/request-faults.ts';
import { scopeWords, tokenScopes } from '../domain/token.ts';
import { routeTable } from './route-table.ts';
import type { Route } from './route.ts';
import { jsonSchemaOf, jsonSchemas } from '../schema/json-schema.ts';
import type { JsonSchema } from '../schema/json-schema.ts';

const schemas = jsonSchemas();

const ref = (name: DocumentName): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const text: JsonSchema = { type: 'string' };
const json = (schema: JsonSchema) => ({ 'application/json': { schema } });
const stream = {
  'text/event-stream': {
    schema: {
      type: 'string',
      description: 'Server-sent events; `data:` has one event as JSON.',
      contentMediaType: 'application/json',
      contentSchema: ref('Event'),
    },
  },
};

const answerSchema = (names: DocumentName | readonly DocumentName[]): JsonSchema =>
  typeof names === 'string' ? ref(names) : { oneOf: names.map(ref) };

/** Whether there is a field that cannot be left out. */
const needsBody = (name: DocumentName): boolean =>
  (schemas[name]['required'] as readonly string[]).length > 0;

/** What a browser sends by itself when it comes back. */
const lastEventId = {
  name: 'Last-Event-ID',
  in: 'header',
  description:
    'The id of the last event that a reader has had: it gets those after it, or the event `gap` and the state when they are not kept any more.',
  schema: text,
};

function operation(operationId: string, route: Route) {
  const path = [
    ...(route.path.includes('{id}') ? [{ $ref: '#/components/parameters/SessionId' }] : []),
    ...(route.path.includes('{name}') ? [{ $ref: '#/components/parameters/WebhookName' }] : []),
  ];
  const query = Object.entries(route.query ?? {}).map(([name, schema]) => {
    const { description = parameterWords[name], ...rest } = jsonSchemaOf(schema);
    return { name, in: 'query', ...(description !== undefined && { description }), schema: rest };
  });
  const answers: Record<string, unknown> = {};
  for (const [status, names] of Object.entries(route.answers)) {
    answers[status] = {
      description: 'Done.',
      content: route.streams ? stream : json(answerSchema(names)),
    };
  }
  return {
    operationId,
    tags: [tagOf(route.path)],
    summary: summaryOf(route.summary),
    description: `${route.summary} Needs a token of the scope \`${route.scope}\` or more.`,
    security: [{ token: [] }],
    'x-scope': route.scope,
    parameters: [...path, ...query, ...(operationId === 'streamEvents' ? [lastEventId] : [])],
    ...(route.body && { requestBody: { required: needsBody(route.body), content: json(ref(route.body)) } }),
    responses: { ...answers, ...failuresOf(route) },
  };
}

/** What a parameter means, where its schema does not say. */
const parameterWords: Readonly<Record<string, string>> = {
  timeout_seconds: 'How long to wait for the answer.',
  search: 'Part of an id, a name, a phone number or a push name.',
  id_prefix: 'Only sessions whose id begins so; other parameters but per_page are ignored.',
  page: 'From 1.',
  per_page: 'How many on a page; 25 when left out.',
  limit: 'How many at most; 20 when left out.',
  prefix: 'Whether the id in the path may be the beginning of one.',
  unlink: 'false: the phone is not told.',
  force: 'true: delete it even if WhatsApp cannot unlink it.',
  only_unlinked: 'true: only if no process holds it and no phone may list it.',
  offline: 'true: read the store instead of asking WhatsApp.',
  session: 'The id of the one session that is meant.',
  compare: 'true: after a passkey, compare the code on the phone with the one that is told.',
};

const sessionIdParameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of a session.',
  schema: { type: 'string', pattern: sessionIdPattern.source },
};

const webhookNameParameter = {
  name: 'name',
  in: 'path',
  required: true,
  description: 'The name of a webhook of the session: "default", or any other but "global".',
  schema: { type: 'string', pattern: receiverNamePattern.source },
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
    Object.entries(answers).map(([status, content]) => [status, { description: 'The answer.', content }]),
  );
  return {
    get: {
      operationId,
      tags: ['service'],
      summary: summaryOf(summary),
      description: summary,
      ...(security && { security }),
      responses: { ...responses, ...pageFailures(security === undefined) },
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

export type OpenApiOptions = {
  /** With the routes by which the processes of one machine ask each other. */
  readonly withInternal?: boolean;
};

/** The description of the API (OpenAPI 3.1.0), made of the same table as its routes. */
export function openApi(version: string, { withInternal = false }: OpenApiOptions = {}) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries<Route>(routeTable)) {
    if (!route.isInternal || withInternal) (paths[route.path] ??= {})[route.method] = operation(name, route);
  }
  const { schemas: eventSchemas, webhooks } = webhookParts(schemas.WebhookEvent);
  const failures = [...new Set([...Object.values(httpStatuses), ...Object.values(requestFaults)])].sort();
  return {
    openapi: '3.1.0',
    info: {
      title: 'wactl',
      version,
      description: `WhatsApp sessions. Failures have status ${failures.join(', ')}; "code" names the cause.`,
      contact: { name: 'wactl', url: 'https://www.npmjs.com/package/wactl' },
      license: { name: 'GPL-3.0-or-later', identifier: 'GPL-3.0-or-later' },
    },
    tags,
    // Where this was read from.
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths: { ...paths, ...pages },
    webhooks,
    components: {
      schemas: usedIn({ ...schemas, ...eventSchemas }, [
        paths,
        pages,
        failureResponses,
        webhooks,
        withInternal && ref('WebhookEvent'),
      ]),
      parameters: { SessionId: sessionIdParameter, WebhookName: webhookNameParameter },
      responses: failureResponses,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: scopes } },
    },
  };
}

/** The schemas that something refers to. */
function usedIn(
  all: Readonly<Record<string, JsonSchema>>,
  document: unknown,
): Readonly<Record<string, JsonSchema>> {
  const used = new Set<string>();
  const look = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      look(all[name]);
    }
  };
  look(document);
  return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
}
