import { setMaxListeners } from 'node:events';
import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import { matchedRoutes } from 'hono/route';
import { UsageError } from '../errors.ts';
import { emptySchema } from '../schema/action-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { actionHandlers } from './action-handlers.ts';
import type { ApiRequest, Handler } from './api-request.ts';
import { errorAnswer } from './error-answer.ts';
import { eventHandlers } from './event-handlers.ts';
import { pairingHandlers } from './pairing-handlers.ts';
import { Pairings } from './pairings.ts';
import type { ApiParts } from './parts.ts';
import { readBody } from './read-body.ts';
import { processHandlers } from './process-handlers.ts';
import { Query } from './read-query.ts';
import { recordHandlers } from './record-handlers.ts';
import { requestSignals } from './request-signals.ts';
import { RequestError } from './request-error.ts';
import { routeTable } from './route-table.ts';
import type { Operation, Route } from './route-table.ts';
import { webhookHandlers } from './webhook-handlers.ts';

/** Answers one HTTP request. Throws nothing. */
export type Api = (request: Request) => Promise<Response>;

/** How a request was answered. */
export type Answered = {
  readonly method: string;
  /** As in the route table, "/api/v1/sessions/{id}"; undefined for a path that is not there. */
  readonly route: string | undefined;
  /** Without the query, which may hold what somebody should not have put there. */
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
};

export type ApiOptions = {
  /** Throws RequestError for a request that must not get in. */
  readonly admit?: (request: Request) => void;
  /** The pages besides the sessions: by path, GET only. */
  readonly pages?: Readonly<Record<string, () => Promise<Response> | Response>>;
  /** Called with each answer, once its head is there; the body of a stream may go on for days. */
  readonly onAnswer?: (answered: Answered) => void;
  /** Called with each bug; the answer does not describe it. */
  readonly onBug?: (error: unknown) => void;
};

/** The REST API: used on TCP by `serve`, and on the private socket of every holder. */
export function createApi(parts: ApiParts, { admit, pages = {}, onBug, onAnswer }: ApiOptions = {}): Api {
  const { wactl, signal, maxRetries, onPaired = () => undefined } = parts;
  const pairings = new Pairings({ wactl, signal, maxRetries, onPaired });
  const handlers: Readonly<Record<Operation, Handler>> = {
    ...recordHandlers(parts, pairings),
    ...pairingHandlers(parts, pairings),
    ...actionHandlers(parts),
    ...eventHandlers(parts),
    ...webhookHandlers(parts),
    ...processHandlers(parts),
  };
  // As many hang on it as there are requests under way.
  setMaxListeners(0, signal);
  const app = new Hono();
  if (onAnswer) app.use(watched(onAnswer));
  // Event streams are left alone: what is sent must arrive at once.
  app.use(compress({ encoding: 'gzip', contentTypeFilter: /^(?:application\/json|text\/(?:plain|html))\b/ }));
  app.use(async (c, next) => {
    admit?.(c.req.raw);
    await next();
  });
  const allowed = new Map<string, string[]>();
  const on = (method: string, path: string, answer: (c: Context) => Promise<Response> | Response): void => {
    allowed.set(path, [...(allowed.get(path) ?? []), method.toUpperCase()]);
    app.on(method.toUpperCase(), path, answer);
  };
  for (const [name, route] of Object.entries<Route>(routeTable)) {
    const handle = handlers[name as Operation];
    on(route.method, route.path.replace('{id}', ':id'), async (c) => {
      if (signal.aborted) {
        throw new RequestError('stopping', 'wactl is stopping', 'try again when it is back');
      }
      const signals = requestSignals(signal, c.req.raw.signal);
      try {
        const answer = await handle({ ...(await apiRequest(c, route)), ...signals });
        // No client would read it, and an unread stream never ends.
        if (c.req.raw.method === 'HEAD') await answer.body?.cancel();
        // Answers have QRs, codes, phone numbers and names in them.
        answer.headers.set('cache-control', 'no-store');
        return answer;
      } finally {
        signals.end();
      }
    });
  }
  for (const [path, page] of Object.entries(pages)) on('get', path, page);
  for (const [path, methods] of allowed) {
    app.all(path, () => {
      const allow = methods.join(', ');
      throw new RequestError('method_not_allowed', `this path allows only ${allow}`, undefined, { allow });
    });
  }
  app.notFound(() => errorAnswer(new RequestError('no_such_route', 'no such path', 'see: /openapi.json')));
  app.onError((error) => {
    const answer = errorAnswer(error);
    if (answer.status === 500) onBug?.(error);
    return answer;
  });
  return async (request) => app.fetch(request);
}

/** Reports how each request was answered, also those that were refused or failed. */
const watched =
  (onAnswer: (answered: Answered) => void): MiddlewareHandler =>
  async (c, next) => {
    const from = performance.now();
    await next();
    onAnswer({
      method: c.req.method,
      route: routeOf(c),
      path: c.req.path,
      status: c.res.status,
      durationMs: performance.now() - from,
    });
  };

/** The path of the handler that was meant, also of a request that did not get as far. */
const routeOf = (c: Context): string | undefined =>
  matchedRoutes(c)
    .map(({ path }) => path)
    .find((path) => !path.endsWith('*'))
    ?.replace(':id', '{id}');

async function apiRequest(
  c: Context,
  { method, query = {}, body, streams }: Route,
): Promise<Omit<ApiRequest, 'signal' | 'asked'>> {
  const request = c.req.raw;
  // The store cannot hold a NUL, so it cannot be asked for one.
  if (request.url.includes('%00')) throw new UsageError('an address must not contain a NUL character');
  const given = method === 'get' ? {} : await readBody(request);
  return {
    id: c.req.param('id') ?? '',
    query: new Query(request.url, Object.keys(query)),
    body: body ? given : parseBySchema(emptySchema, given),
    gone: request.signal,
    wantsStream: streams === 'always' || (streams !== undefined && acceptsStream(request)),
  };
}

const acceptsStream = ({ headers }: Request): boolean =>
  headers.get('accept')?.includes('text/event-stream') ?? false;
