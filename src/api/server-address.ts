import { UsageError } from '../errors.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { FleetRequest } from './fleet-signature.ts';

/**
 * Where a wactl answers: on a private socket, or at an address or a socket (`path`) with a token, or as a process of the same fleet, which
 * answers as one behind a private socket does.
 */
export type ServerAddress =
  | { readonly socketPath: string }
  | {
      /** Its path is put before those of the API. */
      readonly url: URL;
      readonly token: string | undefined;
      readonly path?: string;
    }
  | {
      readonly url: URL;
      /** What a request shows. */
      readonly sign: (request: Omit<FleetRequest, 'to'>) => string;
    };

/** Where a `serve` answers the other hosts of its fleet. */
export const fleetPath = '/fleet';

/** Reads the value of --server. Throws UsageError if the token would go over a network in the clear, or cannot be sent. */
export function parseServerUrl(
  text: string,
  token: string | undefined,
  allowInsecure: boolean,
): ServerAddress {
  const path = /^unix:(?:\/\/(?=\/))?(.+)$/.exec(text)?.[1];
  if (path !== undefined) return { url: new URL('http://localhost'), token: sendable(token), path };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UsageError(
      'invalid server address',
      'give it as https://example.com, http://127.0.0.1:7764 or unix:/run/wactl/wactl.sock',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'a server address must not contain a user or password',
      'the token comes from WACTL_TOKEN',
    );
  }
  if (url.pathname !== '/' || url.search !== '') {
    throw new UsageError('a server address must not have a path', `for example: ${url.origin}`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecure) {
    throw new UsageError(
      'the token would go over the network in the clear',
      'use https://, or an ssh tunnel to a loopback address, or add --insecure-server',
    );
  }
  return { url, token: sendable(token) };
}

function sendable(token: string | undefined): string | undefined {
  if (token === undefined || /^[\x21-\x7e]*$/.test(token)) return token;
  throw new UsageError(
    'the token has characters that a header cannot carry',
    'check WACTL_TOKEN for a space or a line end',
  );
}
