import type { JsonSchema } from '../schema/json-schema.ts';

type Variant = { readonly properties: { readonly type: { readonly const: string } } };
type Variants = { readonly oneOf?: readonly Variant[]; readonly anyOf?: readonly Variant[] };

/** When each event is sent. */
const about: Readonly<Record<string, string>> = {
  'session.qr': 'There is a QR to scan. It is a secret while it is valid.',
  'session.pair_code': 'There is a code to type on the phone. It is a secret while it is valid.',
  'session.connected': 'The session is connected, and WhatsApp has not logged it in yet.',
  'session.logged_in': 'WhatsApp has logged the session in.',
  'session.disconnected': 'The session is offline, for good or until it is reconnected.',
  'session.logged_out': 'The phone, or wactl, has unlinked the session. It has to be paired again.',
  'session.failed': 'The session was given up. `last_close` says why.',
  message: 'A message has come in.',
  'webhook.test': 'A test was asked for.',
};

/** "session.qr" → "SessionQrEvent" */
const nameOf = (type: string): string =>
  `${type.replaceAll(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase())}Event`;

const header = (name: string, description: string): JsonSchema => ({
  name,
  in: 'header',
  required: name !== 'webhook-signature',
  description,
  schema: { type: 'string' },
});

const headers = [
  header('webhook-id', 'The same for each attempt to deliver the event.'),
  header('webhook-timestamp', 'Seconds since 1970, of this attempt.'),
  header('webhook-signature', 'Signatures ("v1,…") with the secret of the webhook, where it has one.'),
];

/** The kinds of webhook events: a schema for each, and what the address of a webhook receives. */
export function webhookParts(event: JsonSchema): {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly webhooks: JsonSchema;
} {
  const { oneOf, anyOf } = event as Variants;
  const variants = [...(oneOf ?? anyOf ?? [])].map(
    (schema) => [schema.properties.type.const, schema as unknown as JsonSchema] as const,
  );
  const references = variants.map(([type]) => ({ $ref: `#/components/schemas/${nameOf(type)}` }));
  const webhooks = variants.map(([type]) => {
    const post = {
      operationId: `receive${nameOf(type)}`,
      tags: ['events'],
      summary: `Receive ${type}`,
      description: `${about[type] ?? ''} In the Standard Webhooks format; a status of 2xx accepts it.`.trim(),
      security: [],
      parameters: headers,
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${nameOf(type)}` } } },
      },
      responses: {
        '2XX': { description: 'The event has arrived.' },
        410: { description: 'No more events are wanted: the webhook is turned off.' },
      },
    };
    return [type, { post }] as const;
  });
  return {
    schemas: {
      ...Object.fromEntries(variants.map(([type, schema]) => [nameOf(type), schema])),
      WebhookEvent: { oneOf: references },
    },
    webhooks: Object.fromEntries(webhooks),
  };
}
