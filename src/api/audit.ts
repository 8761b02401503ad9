import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AuditEntry } from '../ports/log.ts';
import type { ApiEnv } from './caller.ts';
import { routeTable } from './route-table.ts';
import type { Route } from './route.ts';

/** Reports each request that was to change something, once it is answered, also when it was refused. */
export const audit =
  (onChange: (change: AuditEntry) => void): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    await next();
    const [action] = matchedRoutes(c).flatMap(({ method, path }) => changing.get(`${method} ${path}`) ?? []);
    if (action === undefined) return;
    // That of a new session is in the answer.
    const { pathname } = new URL(c.res.headers.get('location') ?? c.req.url, c.req.url);
    const session = /^\/api\/v1\/sessions\/([^/]+)/.exec(pathname)?.[1];
    onChange({
      action,
      ...(session !== undefined && { session }),
      by: c.get('access')?.name ?? 'nobody',
      ...(c.env.address !== undefined && { from: c.env.address }),
      status: c.res.status,
    });
  };

/** A QR is asked for with GET, and begins a pairing. */
const isChange = ({ method, scope, changesNothing = false }: Route): boolean =>
  !changesNothing && (method !== 'get' || scope !== 'read');

/** The operations that change something, by the method and path of their handlers. */
const changing = new Map(
  Object.entries<Route>(routeTable)
    .filter(([, route]) => isChange(route))
    .map(([name, { method, path }]) => [`${method.toUpperCase()} ${path.replace('{id}', ':id')}`, name]),
);
