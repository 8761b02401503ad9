import type { Close } from '../domain/close.ts';
import { closeRecord, damagedRecord, heardRecord } from './session-record.ts';
import type { Session } from '../domain/session.ts';
import type { LiveStatus } from '../domain/held.ts';
import type { BusinessProfile, Profile } from '../domain/profile.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Fields = Record<string, Json | undefined>;

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined ||
  value === '' ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

const withoutEmpty = (fields: Fields): Record<string, Json> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as Record<string, Json>;

const businessFields = (business: BusinessProfile | undefined) =>
  business &&
  withoutEmpty({
    business_hours_timezone: business.businessHoursTimezone,
    categories: business.categories?.map(({ id, name }) => ({ id, name })),
    profile_options: business.profileOptions && { ...business.profileOptions },
    address: business.address,
    email: business.email,
  });

const profileFields = (profile: Profile) =>
  withoutEmpty({
    phone: profile.phone,
    whatsapp_jid: profile.whatsappJid,
    push_name: profile.pushName,
    business_name: profile.businessName,
    business_profile: businessFields(profile.businessProfile),
    profile_picture_id: profile.profilePictureId,
    profile_picture_url: profile.profilePictureUrl,
    profile_url: `https://wa.me/${profile.phone}`,
    verified_name: profile.verifiedName,
    about: profile.about,
    website: profile.website,
  });

/** The `status` document of a live check: `connected` first, then the profile in the contract's order. */
export function liveStatusDocument(live: LiveStatus): Record<string, Json> {
  const { session, status, profile, close, asOf } = live;
  const source = { source: 'live', as_of: asOf.toISOString() };
  if (status !== 'logged_in' || !profile)
    return { ...offlineFields(session, status, close ?? session.lastClose, source), ...heardRecord(live) };
  return {
    connected: true,
    ...profileFields(profile),
    id: session.id,
    status,
    is_logged_in: true,
    phone_number: profile.phone,
    ...source,
    ...heardRecord(live),
  };
}

/** The `status` document as the store remembers it: never logged in. */
export const storedStatusDocument = (session: Session): Record<string, Json> =>
  offlineFields(session, session.status, session.lastClose, {
    source: 'store',
    as_of: session.updatedAt.toISOString(),
  });

const offlineFields = (
  session: Session,
  status: Session['status'],
  close: Close | null,
  source: { source: string; as_of: string },
): Record<string, Json> => ({
  connected: false,
  id: session.id,
  status,
  is_logged_in: false,
  ...source,
  last_close: closeRecord(close),
  ...damagedRecord(session),
});
