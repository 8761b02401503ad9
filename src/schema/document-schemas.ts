import { actionResultSchema, connectRequestSchema, deletedSchema, lookedSchema } from './action-schema.ts';
import { closeSchema } from './close-schema.ts';
import { engineSchema } from './engine-schema.ts';
import { newSessionSchema, sessionChangeSchema } from './new-session-schema.ts';
import { loggedInSchema, pairCodeSchema, pairRequestSchema, qrSchema } from './pairing-schema.ts';
import { sessionListSchema, sessionSchema } from './session-schema.ts';
import { wholeSessionSchema } from './whole-session-schema.ts';

/** Every document that goes over the wire, by its name in /openapi.json. */
export const documentSchemas = {
  Close: closeSchema,
  Session: sessionSchema,
  WholeSession: wholeSessionSchema,
  Engine: engineSchema,
  SessionList: sessionListSchema,
  NewSession: newSessionSchema,
  SessionChange: sessionChangeSchema,
  LoggedIn: loggedInSchema,
  Qr: qrSchema,
  PairRequest: pairRequestSchema,
  PairCode: pairCodeSchema,
  ConnectRequest: connectRequestSchema,
  ActionResult: actionResultSchema,
  Deleted: deletedSchema,
  Looked: lookedSchema,
};

export type DocumentName = keyof typeof documentSchemas;
