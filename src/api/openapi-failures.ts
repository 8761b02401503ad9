import type { JsonSchema } from '../schema/json-schema.ts';
import type { Route } from './route.ts';

const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
const failure = (description: string) => ({ description, content });

/** The failures that have a name, by their status. The code in the body says more. */
const failures = {
  400: ['BadRequest', 'The request makes no sense: a parameter, the body, or a value in it.'],
  401: ['Unauthorized', 'No token, or a wrong one.'],
  403: [
    'Forbidden',
    'The token is for less, the host or page may not ask, or WhatsApp refuses the account or device.',
  ],
  404: ['NotFound', 'There is no such session, or nothing of this kind.'],
  409: ['Conflict', 'The session is not in a state for this, or the id is taken.'],
  410: ['Gone', 'The pairing has ended: its time was up, or another request has taken it over.'],
  413: ['TooLarge', 'The body is too large.'],
  415: ['UnsupportedMediaType', 'The body is not JSON, or is compressed.'],
  422: ['Refused', 'WhatsApp has refused the pairing.'],
  423: ['Locked', 'Another process holds the session and does not answer.'],
  429: ['TooManyRequests', 'Too many wrong tokens came from this address.'],
  502: ['Unreachable', 'WhatsApp cannot be reached.'],
  503: ['Unavailable', 'wactl is stopping, or its database is locked.'],
  504: ['TimedOut', 'There was no answer in time.'],
} as const;

/** As components; `Failed` is any other. */
export const failureResponses: JsonSchema = {
  ...Object.fromEntries(Object.values(failures).map(([name, words]) => [name, failure(words)])),
  Failed: failure('Any other failure: what went wrong, and what to do.'),
};

type Status = keyof typeof failures;

const always: readonly Status[] = [400, 401, 403, 429, 503];
const asksWhatsApp: readonly Status[] = [409, 423, 502, 504];

/** The failures that this route can have, as references. */
export function failuresOf({ method, path, body, query }: Route): JsonSchema {
  const isAboutOne = path.includes('{id}');
  const statuses: readonly Status[] = [
    ...always,
    ...(isAboutOne ? [404 as const] : []),
    ...(path === '/api/v1/sessions' && method === 'post' ? [409 as const] : []),
    ...(isAboutOne && (method !== 'get' || query?.['timeout_seconds']) ? asksWhatsApp : []),
    ...(/\/(?:qr|pair|passkey)(?:\/\w+)?$/.test(path) ? ([409, 410, 422] as const) : []),
    ...(body ? ([413, 415] as const) : []),
  ];
  const sorted = [...new Set(statuses)].sort((a, b) => a - b);
  return {
    ...Object.fromEntries(sorted.map((status) => [status, reference(failures[status][0])])),
    default: reference('Failed'),
  };
}

/** Of a page, which needs a token or none. */
export const pageFailures = (needsToken: boolean): JsonSchema => ({
  ...(needsToken ? { 401: reference('Unauthorized'), 429: reference('TooManyRequests') } : {}),
  403: reference('Forbidden'),
  default: reference('Failed'),
});

const reference = (name: string): JsonSchema => ({ $ref: `#/components/responses/${name}` });
