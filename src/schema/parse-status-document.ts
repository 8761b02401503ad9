import { parseHeard } from './held-record.ts';
import { JsonFields } from './json-fields.ts';
import { parseCloseRecord } from './parse-session-record.ts';
import { sessionStatuses } from '../domain/session.ts';
import type { Session } from '../domain/session.ts';
import type { LiveStatus } from '../domain/held.ts';
import type { BusinessProfile, Profile } from '../domain/profile.ts';

/** Undoes `liveStatusDocument` for the session that it is about. Throws UsageError. */
export function parseStatusDocument(value: unknown, session: Session): LiveStatus {
  const document = new JsonFields(value);
  const connected = document.flag('connected');
  const status = document.word('status', sessionStatuses);
  return {
    session,
    status,
    close: connected ? null : parseCloseRecord(document.fieldsOrNull('last_close')),
    profile: connected ? profileOf(document) : null,
    asOf: document.date('as_of'),
    ...parseHeard(document),
  };
}

function profileOf(document: JsonFields): Profile {
  const business = document.optionalFields('business_profile');
  return {
    phone: document.text('phone'),
    whatsappJid: document.text('whatsapp_jid'),
    ...texts(document, {
      pushName: 'push_name',
      businessName: 'business_name',
      profilePictureId: 'profile_picture_id',
      profilePictureUrl: 'profile_picture_url',
      verifiedName: 'verified_name',
      about: 'about',
      website: 'website',
    }),
    ...(business && { businessProfile: businessOf(business) }),
  };
}

function businessOf(fields: JsonFields): BusinessProfile {
  const options = fields.optionalFields('profile_options');
  return {
    ...texts(fields, {
      businessHoursTimezone: 'business_hours_timezone',
      address: 'address',
      email: 'email',
    }),
    ...(fields.has('categories') && {
      categories: fields.list('categories').map((category) => {
        const entry = new JsonFields(category, 'categories.');
        return { id: entry.text('id'), name: entry.text('name') };
      }),
    }),
    ...(options && {
      profileOptions: Object.fromEntries(options.names.map((name) => [name, options.text(name)])),
    }),
  };
}

/** Those of the named fields that are there. */
function texts<K extends string>(
  fields: JsonFields,
  names: Readonly<Record<K, string>>,
): { [P in K]?: string } {
  const given = Object.entries<string>(names).flatMap(([key, name]) => {
    const text = fields.optionalText(name);
    return text === undefined ? [] : [[key, text] as const];
  });
  return Object.fromEntries(given) as { [P in K]?: string };
}
