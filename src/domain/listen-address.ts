/** Where `serve` listens. Port 0: a free one. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** An IPv6 address has brackets beside a port. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
