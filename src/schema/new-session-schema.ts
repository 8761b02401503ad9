import * as v from 'valibot';
import { sessionIdPattern } from '../domain/session-id.ts';
import { isSessionName, longestName } from '../domain/session-name.ts';
import { webhookEvents } from '../domain/session.ts';
import { shortEventNames, webhookSecretLength } from '../domain/webhook.ts';
import { byName, flag, list, oneOfOrNewer, requestBody, text } from './field-schemas.ts';

const nameRule = `text of at most ${String(longestName)} characters`;
const name = v.exactOptional(
  v.nullable(
    v.pipe(v.string(nameRule), v.check(isSessionName, nameRule), v.metadata({ maxLength: longestName })),
  ),
);

/** A change of a webhook; omitted fields stay as they are. */
export const webhookChangeSchema = v.pipe(
  requestBody({
    url: v.exactOptional(v.pipe(text, v.metadata({ pattern: '^https?://' }))),
    events: v.exactOptional(list(oneOfOrNewer(['all', ...webhookEvents, ...shortEventNames]))),
    secret: v.exactOptional(
      v.nullable(
        v.pipe(
          text,
          v.metadata(webhookSecretLength),
          v.description('Either "whsec_" and 24 to 64 bytes in base64, or any other text.'),
        ),
      ),
    ),
    headers: v.exactOptional(
      v.nullable(
        v.pipe(
          byName(text),
          v.description('Sent with each delivery; null removes them. The values are never shown again.'),
        ),
      ),
    ),
    via_proxy: v.exactOptional(flag),
    insecure: v.exactOptional(v.pipe(flag, v.description('Allows an http:// address on another machine.'))),
  }),
  v.metadata({ minProperties: 1 }),
);

const webhook = v.exactOptional(v.nullable(webhookChangeSchema));

const proxy = v.exactOptional(v.nullable(v.pipe(text, v.metadata({ pattern: '^(?:https?|socks5)://' }))));

/** The body of a create. */
export const newSessionSchema = requestBody({
  id: v.exactOptional(v.pipe(text, v.metadata({ pattern: sessionIdPattern.source }))),
  name,
  webhook,
  proxy,
  connect: v.exactOptional(flag),
});

/** The body of a change; omitted fields stay as they are. */
export const sessionChangeSchema = requestBody({
  name,
  webhook,
  proxy,
  wants_online: v.exactOptional(flag),
  fenced: v.exactOptional(
    v.pipe(
      v.literal(false, 'false'),
      v.description('Lets a session connect again that was moved away or is a copy.'),
    ),
  ),
});

export type NewSessionBody = v.InferInput<typeof newSessionSchema>;
export type SessionChangeBody = v.InferInput<typeof sessionChangeSchema>;
