import * as v from 'valibot';
import type { LiveStatus, StatusReport } from '../domain/held.ts';
import type { BusinessProfile, Profile } from '../domain/profile.ts';
import type { Session } from '../domain/session.ts';
import { closeOf, closeSchema } from './close-schema.ts';
import { byName, flag, list, object, oneOf, status, text, time, word } from './field-schemas.ts';
import { heardFields, heardOf } from './held-schema.ts';
import { damaged, fenced, sessionOf, sessionSchema } from './session-schema.ts';

const given = v.exactOptional(text);

const businessSchema = object({
  business_hours_timezone: given,
  categories: v.exactOptional(list(object({ id: text, name: text }))),
  profile_options: v.exactOptional(byName(text)),
  address: given,
  email: given,
});

const connectedSchema = object({
  connected: v.literal(true, 'true'),
  phone: text,
  whatsapp_jid: text,
  push_name: given,
  business_name: given,
  business_profile: v.exactOptional(businessSchema),
  profile_picture_id: given,
  profile_picture_url: given,
  profile_url: text,
  verified_name: given,
  about: given,
  website: given,
  id: text,
  status: word('logged_in'),
  is_logged_in: v.literal(true, 'true'),
  phone_number: text,
  source: word('live'),
  as_of: time,
  ...heardFields,
});

const offlineSchema = object({
  connected: v.literal(false, 'false'),
  id: text,
  status,
  is_logged_in: v.literal(false, 'false'),
  source: oneOf(['live', 'store']),
  as_of: time,
  last_close: v.nullable(closeSchema),
  damaged,
  fenced,
  ...heardFields,
});

/** Whether a session is logged in: asked of WhatsApp, or as stored. */
export const statusSchema = v.variant('connected', [connectedSchema, offlineSchema], 'true or false');

/** The same with the session as it is then. */
export const statusWithSessionSchema = object({
  status: statusSchema,
  session: sessionSchema,
  unconfirmed: flag,
});

export type BusinessRecord = v.InferInput<typeof businessSchema>;
export type OfflineDocument = v.InferInput<typeof offlineSchema>;
export type StatusDocument = v.InferInput<typeof statusSchema>;

/** The report in an answer. Its session has no settings. */
export function statusReportOf(answer: v.InferOutput<typeof statusWithSessionSchema>): StatusReport {
  const { status, session, unconfirmed } = answer;
  return { ...liveStatusOf(status, { ...sessionOf(session), unconfirmed }), source: status.source };
}

/** Undoes `liveStatusDocument` for the session that it is about. */
export const liveStatusOf = (document: v.InferOutput<typeof statusSchema>, session: Session): LiveStatus => ({
  session,
  status: document.status,
  close: document.connected ? null : document.last_close && closeOf(document.last_close),
  profile: document.connected ? profileOf(document) : null,
  asOf: document.as_of,
  ...heardOf(document),
});

const profileOf = (document: v.InferOutput<typeof connectedSchema>): Profile => ({
  phone: document.phone,
  whatsappJid: document.whatsapp_jid,
  ...withoutUndefined({
    pushName: document.push_name,
    businessName: document.business_name,
    businessProfile: document.business_profile && businessOf(document.business_profile),
    profilePictureId: document.profile_picture_id,
    profilePictureUrl: document.profile_picture_url,
    verifiedName: document.verified_name,
    about: document.about,
    website: document.website,
  }),
});

const businessOf = (record: v.InferOutput<typeof businessSchema>): BusinessProfile =>
  withoutUndefined({
    businessHoursTimezone: record.business_hours_timezone,
    categories: record.categories,
    profileOptions: record.profile_options,
    address: record.address,
    email: record.email,
  });

type Given<F> = { [K in keyof F]?: Exclude<F[K], undefined> };

const withoutUndefined = <F extends object>(fields: F): Given<F> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<F>;
