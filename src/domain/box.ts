/** Where the events of one session wait for one receiver. Each has its own order, attempts and state. */
export type Box = {
  readonly sessionId: string;
  /** The receiver's name within the session. */
  readonly receiver: string;
};

/** The name of a session's first webhook: the one of `--webhook-url`. */
export const firstReceiver = 'default';

/** The name of the receiver that the settings give to every session. */
export const globalReceiver = 'global';

/** The webhook of a box in a message: its name where there may be doubt. */
export const webhookOf = ({ receiver }: Box): string =>
  receiver === firstReceiver ? 'webhook' : `webhook ${receiver}`;

/** The box of the session's first webhook. */
export const firstBox = (sessionId: string): Box => ({ sessionId, receiver: firstReceiver });
