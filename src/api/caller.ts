import type { Access } from '../domain/token.ts';

/** Where a request comes from. */
export type Caller = {
  /** The other end of the connection, which may be a proxy: what it says of others is not believed. Undefined on a socket. */
  readonly address: string | undefined;
};

/** What is known of a request while it is answered. */
export type ApiEnv = {
  Bindings: Caller;
  Variables: {
    /** Null where no token is needed; undefined before it was let in. */
    access: Access | null | undefined;
  };
};
