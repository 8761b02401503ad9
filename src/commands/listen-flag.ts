import { UsageError } from '../errors.ts';
import type { ListenAddress } from '../domain/listen-address.ts';

const highestPort = 65_535;

/** "127.0.0.1:7764", "[::1]:0", a bare port on 127.0.0.1, or "unix:/run/wactl.sock". Throws UsageError. */
export function parseListen(text: string): ListenAddress {
  const path = /^unix:(.+)$/.exec(text)?.[1];
  if (path !== undefined && !/[\0@]/.test(path[0] ?? '')) return { path };
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]]+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2] ?? Number.NaN);
  if (match && port <= highestPort) {
    return { host: match[1]?.replace(/^\[|\]$/g, '') ?? '127.0.0.1', port };
  }
  throw new UsageError(
    `invalid listen address "${text}"`,
    'for example: 127.0.0.1:7764, [::1]:0 for a free port, or unix:/run/wactl/wactl.sock',
  );
}

/** For a flag that is given several times. */
export const anotherListen = (
  text: string,
  before: readonly ListenAddress[] = [],
): readonly ListenAddress[] => [...before, parseListen(text)];
