import type { InferInput } from 'valibot';
import { actionResultSchema, connectRequestSchema, deletedSchema, lookedSchema } from './action-schema.ts';
import { closeSchema } from './close-schema.ts';
import {
  deliveriesSchema,
  replayRequestSchema,
  replaySchema,
  webhookRemovedSchema,
  webhookSchema,
  webhooksSchema,
  webhookTestSchema,
} from './delivery-schema.ts';
import { createdWithQrSchema } from './created-schema.ts';
import { deviceSchema } from './device-schema.ts';
import { engineSchema } from './engine-schema.ts';
import { errorSchema } from './error-schema.ts';
import { eventSchema } from './event-schema.ts';
import { healthSchema } from './health-schema.ts';
import { hostsSchema } from './hosts-schema.ts';
import { holderSchema, processSchema } from './held-schema.ts';
import { newSessionSchema, sessionChangeSchema, webhookChangeSchema } from './new-session-schema.ts';
import { loggedInSchema, pairCodeSchema, pairRequestSchema, qrSchema } from './pairing-schema.ts';
import { passkeyAnswerSchema, passkeyCodeSchema, passkeySchema } from './passkey-schema.ts';
import { sessionListSchema, sessionSchema } from './session-schema.ts';
import { statusSchema, statusWithSessionSchema } from './status-schema.ts';
import { accessSchema, ticketRequestSchema, ticketSchema } from './token-schema.ts';
import { webhookEventSchema } from './webhook-event-schema.ts';
import { wholeSessionSchema } from './whole-session-schema.ts';

/** Every document that goes over the wire, by its name in /openapi.json. */
export const documentSchemas = {
  Error: errorSchema,
  Close: closeSchema,
  Session: sessionSchema,
  WholeSession: wholeSessionSchema,
  Engine: engineSchema,
  CreatedWithQr: createdWithQrSchema,
  SessionList: sessionListSchema,
  NewSession: newSessionSchema,
  SessionChange: sessionChangeSchema,
  Status: statusSchema,
  StatusWithSession: statusWithSessionSchema,
  LoggedIn: loggedInSchema,
  Qr: qrSchema,
  PairRequest: pairRequestSchema,
  PairCode: pairCodeSchema,
  Passkey: passkeySchema,
  PasskeyAnswer: passkeyAnswerSchema,
  PasskeyCode: passkeyCodeSchema,
  ConnectRequest: connectRequestSchema,
  ActionResult: actionResultSchema,
  Deleted: deletedSchema,
  Device: deviceSchema,
  Webhook: webhookSchema,
  Webhooks: webhooksSchema,
  WebhookChange: webhookChangeSchema,
  WebhookRemoved: webhookRemovedSchema,
  Deliveries: deliveriesSchema,
  WebhookTest: webhookTestSchema,
  ReplayRequest: replayRequestSchema,
  Replay: replaySchema,
  Looked: lookedSchema,
  Hosts: hostsSchema,
  Holder: holderSchema,
  Process: processSchema,
  Event: eventSchema,
  Access: accessSchema,
  TicketRequest: ticketRequestSchema,
  Ticket: ticketSchema,
  Health: healthSchema,
  WebhookEvent: webhookEventSchema,
};

export type DocumentName = keyof typeof documentSchemas;

/** A document as it is sent. */
export type DocumentOf<N extends DocumentName> = InferInput<(typeof documentSchemas)[N]>;
