import { readFileSync } from 'node:fs';

export type GoMessage = {
  readonly type: 'msg' | 'pkmsg' | 'skmsg';
  readonly body: string;
  readonly text: string;
};

export type GoSession = {
  readonly name: string;
  readonly record: string;
  /** What Go sends next in this state. */
  readonly outgoing: GoMessage;
  /** What Go reads next in this state, in this order. */
  readonly incoming: readonly GoMessage[];
  /** What Go could still read. */
  readonly lost: readonly GoMessage[];
};

/**
 * Records that go.mau.fi/libsignal 0.2 (May 2025) wrote, as whatsmeow has it write them, and messages that it made. The keys were made for
 * this and belong to nobody.
 */
export const goSignal = JSON.parse(readFileSync(new URL('go-signal.json', import.meta.url), 'utf8')) as {
  readonly us: Record<
    'identityPrivate' | 'identityPublic' | 'signedPreKeyPrivate' | 'signedPreKeyPublic',
    string
  > & { readonly registrationId: number };
  readonly sessions: readonly GoSession[];
  readonly group: {
    readonly theirs: string;
    readonly incoming: readonly GoMessage[];
    readonly own: string;
    readonly ownRead: string;
  };
};
