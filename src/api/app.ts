import { setMaxListeners } from 'node:events';
import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import { matchedRoutes } from 'hono/route';
import { UsageError } from '../errors.ts';
import { emptySchema } from '../schema/action-schema.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import type { Access } from '../domain/token.ts';
import type { AuditEntry } from '../ports/log.ts';
import { assertAllSessions, assertScope, fullAccess, visibleId } from './access.ts';
import { accessHandlers } from './access-handlers.ts';
import { actionHandlers } from './action-handlers.ts';
import type { ApiRequest, Handler } from './api-request.ts';
import { audit } from './audit.ts';
import type { ApiEnv, Caller } from './caller.ts';
import type { Guard } from './guard.ts';
import { errorAnswer } from './error-answer.ts';
import { eventHandlers } from './event-handlers.ts';
import { pairingHandlers } from './pairing-handlers.ts';
import { passkeyHandlers } from './passkey-handlers.ts';
import { Pairings } from './pairings.ts';
import type { ApiParts } from './parts.ts';
import { readBody } from './read-body.ts';
import { processHandlers } from './process-handlers.ts';
import { Query } from './read-query.ts';
import { recordHandlers } from './record-handlers.ts';
import { requestSignals } from './request-signals.ts';
import { RequestError } from './request-error.ts';
import { surfaceOf } from './rest-hint.ts';
import { routeTable } from './route-table.ts';
import type { Route } from './route.ts';
import type { Operation } from './route-table.ts';
import { webhookHandlers } from './webhook-handlers.ts';

/** Answers one HTTP request. Throws nothing. */
export type Api = (request: Request, caller?: Caller) => Promise<Response>;

/** A page besides the sessions. */
export type Page = {
  readonly answer: (request: Request) => Promise<Response> | Response;
  /** It tells something of every session. */
  readonly isOfAll?: boolean;
};

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
  /** Before each path: "/fleet". */
  readonly prefix?: string;
  /** Left out, everybody may do everything. */
  readonly guard?: Guard;
  /** By path, GET only. */
  readonly pages?: Readonly<Record<string, Page>>;
  /** Called with each answer, once its head is there; the body of a stream may go on for days. */
  readonly onAnswer?: (answered: Answered) => void;
  /** Called after each request that was to change something, also when it was refused. */
  readonly onChange?: (change: AuditEntry) => void;
  /** Called with each bug; the answer does not describe it. */
  readonly onBug?: (error: unknown) => void;
};

const contentTypeFilter = /^(?:application\/json|text\/(?:plain|html|css|javascript))\b/;

/** The REST API: used on TCP by `serve`, and on the private socket of every holder. */
export function createApi(parts: ApiParts, options: ApiOptions = {}): Api {
  const { prefix = '', guard, pages = {}, onChange, onAnswer, onBug } = options;
  const { wactl, signal, maxRetries, onPaired = () => undefined } = parts;
  const pairings = new Pairings({ wactl, signal, maxRetries, onPaired });
  const handlers: Readonly<Record<Operation, Handler>> = {
    ...recordHandlers(parts, pairings),
    ...pairingHandlers(parts, pairings),
    ...passkeyHandlers(parts),
    ...actionHandlers(parts),
    ...eventHandlers(parts),
    ...webhookHandlers(parts),
    ...processHandlers(parts),
    ...accessHandlers(parts),
  };
  // As many hang on it as there are requests under way.
  setMaxListeners(0, signal, parts.lastTold ?? signal);
  const app = new Hono<ApiEnv>();
  if (onAnswer) app.use(watched(onAnswer));
  // Event streams are left alone: what is sent must arrive at once.
  app.use(compress({ encoding: 'gzip', contentTypeFilter }));
  if (onChange) app.use(audit(onChange));
  app.use(async (c, next) => {
    await next();
    // Answers have QRs, codes, phone numbers and names in them.
    c.res.headers.set('cache-control', 'no-store');
    c.res.headers.set('x-content-type-options', 'nosniff');
  });
  app.use(async (c, next) => {
    c.set('access', guard ? await guard.admit(c.req.raw, c.env) : fullAccess);
    await next();
  });
  const allowed = new Map<string, string[]>();
  const on = (
    method: string,
    path: string,
    answer: (c: Context<ApiEnv>) => Promise<Response> | Response,
  ): void => {
    allowed.set(path, [...(allowed.get(path) ?? []), method.toUpperCase()]);
    app.on(method.toUpperCase(), path, answer);
  };
  for (const [name, route] of Object.entries<Route>(routeTable)) {
    const handle = handlers[name as Operation];
    const path = `${prefix}${route.path}`.replace('{id}', ':id').replace('{name}', ':name');
    on(route.method, path, async (c) => {
      if (signal.aborted) {
        throw new RequestError('stopping', 'wactl is stopping', 'try again when it is back');
      }
      const access = accessOf(c);
      assertScope(access, route.scope);
      if (!route.path.includes('{id}') && !route.isForOneToo) assertAllSessions(access);
      const signals = requestSignals(signal, c.req.raw.signal);
      const mayGoOn = (): Promise<boolean> => guard?.isStillGood(access) ?? Promise.resolve(true);
      try {
        const answer = await handle({ ...(await apiRequest(c, route)), ...signals, mayGoOn });
        // No client would read it, and an unread stream never ends.
        if (c.req.raw.method === 'HEAD') await answer.body?.cancel();
        return answer;
      } finally {
        signals.end();
      }
    });
  }
  for (const [path, { answer, isOfAll = false }] of Object.entries(pages)) {
    on('get', path, (c) => {
      if (isOfAll) assertAllSessions(accessOf(c));
      return answer(c.req.raw);
    });
  }
  for (const [path, methods] of allowed) {
    app.all(path, () => {
      const allow = methods.join(', ');
      throw new RequestError('method_not_allowed', `this path allows only ${allow}`, undefined, { allow });
    });
  }
  app.notFound(() => errorAnswer(new RequestError('no_such_route', 'no such path', 'see: /openapi.json')));
  app.onError((error, c) => {
    const answer = errorAnswer(error, surfaceOf(c.req.raw));
    if (answer.status === 500) onBug?.(error);
    return answer;
  });
  return async (request, caller = nobody) => app.fetch(request, caller);
}

/** Reports how each request was answered, also those that were refused or failed. */
const watched =
  (onAnswer: (answered: Answered) => void): MiddlewareHandler<ApiEnv> =>
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
const routeOf = (c: Context<ApiEnv>): string | undefined =>
  matchedRoutes(c)
    .map(({ path }) => path)
    .find((path) => !path.endsWith('*'))
    ?.replace(':id', '{id}')
    .replace(':name', '{name}');
const nobody: Caller = { address: undefined };
/** A path that needs no token tells nothing that a token is for. */
const accessOf = (c: Context<ApiEnv>): Access => c.get('access') ?? fullAccess;

async function apiRequest(
  c: Context<ApiEnv>,
  { method, query = {}, body }: Route,
): Promise<Omit<ApiRequest, 'signal' | 'asked' | 'mayGoOn'>> {
  const request = c.req.raw;
  // The store cannot hold a NUL, so it cannot be asked for one.
  if (request.url.includes('%00')) throw new UsageError('an address must not contain a NUL character');
  const given = method === 'get' ? {} : await readBody(request);
  const id = c.req.param('id');
  const access = accessOf(c);
  const asked = new Query(request.url, Object.keys(query));
  return {
    id: id === undefined ? '' : visibleId(access, id, 'prefix' in query && asked.flag('prefix', false)),
    name: c.req.param('name') ?? '',
    access,
    query: asked,
    body: body ? given : parseBySchema(emptySchema, given),
    gone: request.signal,
    surface: surfaceOf(request),
    lastEventId: lastEventIdOf(request),
  };
}

/** Some clients send an empty one at first. Longer than any id is none. */
const lastEventIdOf = ({ headers }: Request): string | null =>
  headers.get('last-event-id')?.slice(0, 100) || null;
