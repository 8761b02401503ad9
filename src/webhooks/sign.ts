import { Webhook } from 'standardwebhooks';

export type Signable = {
  /** The event's id, the same for each attempt. */
  readonly id: string;
  /** Of this attempt. */
  readonly at: Date;
  readonly body: string;
  /** "whsec_…", or any text, whose bytes are the key; null: not signed. */
  readonly secret: string | null;
};

/** The headers of Standard Webhooks 1.0.0 (symmetric signatures, "v1,…"). */
export const webhookHeaders = ({ id, at, body, secret }: Signable): Readonly<Record<string, string>> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  ...(secret === null ? {} : { 'webhook-signature': signerOf(secret).sign(id, at, body) }),
});

const signerOf = (secret: string): Webhook =>
  secret.startsWith('whsec_')
    ? new Webhook(secret)
    : new Webhook(new TextEncoder().encode(secret), { format: 'raw' });
