import { Agent as HttpAgent } from 'node:http';
import type { Agent, ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Duplex } from 'node:stream';
import { TunnelError } from '../domain/proxy.ts';
import { openTunnel } from './tunnel.ts';

/** A session's proxy, for its WebSocket and for fetch. */
export type Proxy = { readonly agent: Agent; readonly dispatcher: NonNullable<RequestInit['dispatcher']> };

type Created = (error: Error | null, socket: Duplex) => void;

type FetchConnect = {
  readonly hostname: string;
  readonly port: string;
  readonly protocol: string;
  readonly servername?: string;
};

type FetchAgentClass = new (options: {
  connect: (to: FetchConnect, done: (error: Error | null, socket: Socket | null) => void) => void;
}) => NonNullable<RequestInit['dispatcher']>;

/** Sends everything through `proxy`. Aborting `signal` ends connections under way. */
export function createProxy(proxy: string, isSecure: boolean, signal: AbortSignal): Proxy {
  const open = async (host: string, port: number, secure: boolean, servername = host): Promise<Socket> => {
    const socket = await openTunnel(proxy, { host, port }, signal);
    if (!secure) return socket;
    const name = isIP(servername) ? {} : { servername };
    // Without a servername the certificate must name the host; otherwise it would have to name the proxy.
    return tlsConnect({ socket, host: servername, ...name, ALPNProtocols: ['http/1.1'] });
  };

  const agent = isSecure ? new HttpsAgent() : new HttpAgent();
  agent.createConnection = (options: ClientRequestArgs, done?: Created) => {
    open(options.host ?? '', Number(options.port ?? (isSecure ? 443 : 80)), isSecure).then(
      (socket) => done?.(null, socket),
      (error: unknown) => done?.(asTunnelError(error), undefined as unknown as Duplex),
    );
    return undefined;
  };

  const FetchAgent = fetchAgentClass();
  const dispatcher = new FetchAgent({
    connect: ({ hostname, port, protocol, servername }, done) => {
      const secure = protocol === 'https:';
      open(hostname, Number(port || (secure ? 443 : 80)), secure, servername || hostname).then(
        (socket) => done(null, socket),
        (error: unknown) => done(asTunnelError(error), null),
      );
    },
  });
  return { agent, dispatcher };
}

const asTunnelError = (error: unknown): TunnelError =>
  error instanceof TunnelError ? error : new TunnelError('the proxy failed', { cause: error });

/**
 * The Agent of Node's built-in undici, the only one sure to fit Node's own fetch (a package's version may not). Node
 * keeps one under this symbol (undici, lib/global.js) once any part of fetch has been used.
 */
function fetchAgentClass(): FetchAgentClass {
  void globalThis.Response;
  const kept: unknown = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'));
  if (typeof kept !== 'object' || kept === null)
    throw new TunnelError('this version of Node.js cannot send fetch through a proxy');
  return kept.constructor as FetchAgentClass;
}
