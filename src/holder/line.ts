import type { Close } from '../domain/close.ts';
import type { Connection, ConnectRequest, WhatsApp } from '../ports/whatsapp.ts';
import type { ConnectionEvent } from '../domain/connection-event.ts';

/** A connection under watch: whether it logs in, and how it ends. */
export type Line = {
  readonly connection: Connection;
  /** True once it is logged in, false when it closed first. */
  readonly loggedIn: Promise<boolean>;
  readonly closed: Promise<Close>;
};

/** Opens a connection that is closed as soon as `signal` is aborted. */
export function openLine(
  whatsapp: WhatsApp,
  request: ConnectRequest,
  signal: AbortSignal,
  onEvent: (event: ConnectionEvent) => void,
): Line {
  let settleLogin: (loggedIn: boolean) => void = () => undefined;
  const loggedIn = new Promise<boolean>((resolve) => {
    settleLogin = resolve;
  });
  const connection = whatsapp.connect(request, (event) => {
    onEvent(event);
    if (event.kind === 'logged_in') settleLogin(true);
  });
  const hangUp = (): void => void connection.close();
  signal.addEventListener('abort', hangUp, { once: true });
  if (signal.aborted) hangUp();
  const closed = connection.closed.finally(() => {
    signal.removeEventListener('abort', hangUp);
    settleLogin(false);
  });
  // It may end before anything waits for it; a later wait still sees the error.
  closed.catch(() => undefined);
  return { connection, loggedIn, closed };
}
