import { UsageError } from '../errors.ts';
import { bracketed } from './listen-address.ts';
import { isLoopback } from './loopback.ts';

/** Where the other hosts reach a server: "http://wa-1.internal:7764". Throws UsageError. */
export const parseAdvertised = (text: string): string => originOf(text, '');

const variable = 'WACTL_ADVERTISE';

/** The same in the environment; null where it has none. Throws UsageError. */
export function advertisedIn(env: Readonly<Record<string, string | undefined>>): string | null {
  const text = env[variable] ?? '';
  return text === '' ? null : originOf(text, ` in ${variable}`);
}

function originOf(text: string, where: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url && url.username === '' && url.password === '' && `${url.pathname}${url.search}${url.hash}` === '/';
  if (isPlain && /^https?:$/.test(url.protocol)) return url.origin;
  throw new UsageError(
    `invalid address "${text}"${where}`,
    'for example: http://wa-1.internal:7764, without a path',
  );
}

/**
 * The address of a server that listens at `urls`, for other machines: the first that they can reach. Where it listens on all its addresses,
 * with the address of this machine on their network ("10.0.0.11"), which needs no name service; with the name of this machine where that is
 * not known, and for https, because certificates have names. Null when there is none.
 */
export function advertisedOf(
  urls: readonly string[],
  machine: string,
  ownAddress: string | null,
): string | null {
  for (const url of urls.filter((each) => /^https?:/.test(each)).map((each) => new URL(each))) {
    if (isLoopback(url.hostname)) continue;
    if (url.hostname === '0.0.0.0' || url.hostname === '[::]')
      url.hostname = url.protocol === 'https:' || ownAddress === null ? machine : bracketed(ownAddress);
    return url.origin;
  }
  return null;
}
