import type { Close } from '../domain/close.ts';
import { closeRecord, damagedRecord, fencedRecord, heardRecord } from './session-record.ts';
import type { Session } from '../domain/session.ts';
import type { LiveStatus } from '../domain/held.ts';
import type { BusinessRecord, OfflineDocument, StatusDocument } from './status-schema.ts';
import type { BusinessProfile, Profile } from '../domain/profile.ts';

type Given<F> = { [K in keyof F]?: Exclude<F[K], undefined> };

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

const withoutEmpty = <F extends object>(fields: F): Given<F> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))) as Given<F>;

const businessFields = (business: BusinessProfile): BusinessRecord =>
  withoutEmpty({
    business_hours_timezone: business.businessHoursTimezone,
    categories: business.categories?.map(({ id, name }) => ({ id, name })),
    profile_options: business.profileOptions && { ...business.profileOptions },
    address: business.address,
    email: business.email,
  });

const profileFields = (profile: Profile) => ({
  phone: profile.phone,
  whatsapp_jid: profile.whatsappJid,
  ...withoutEmpty({
    push_name: profile.pushName,
    business_name: profile.businessName,
    business_profile: profile.businessProfile && businessFields(profile.businessProfile),
    profile_picture_id: profile.profilePictureId,
    profile_picture_url: profile.profilePictureUrl,
  }),
  profile_url: `https://wa.me/${profile.phone}`,
  ...withoutEmpty({
    verified_name: profile.verifiedName,
    about: profile.about,
    website: profile.website,
  }),
});

/** The `status` document of a live check: `connected` first, then the profile in the contract's order. */
export function liveStatusDocument(live: LiveStatus): StatusDocument {
  const { session, status, profile, close, asOf } = live;
  const source = { source: 'live', as_of: asOf.toISOString() } as const;
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
export const storedStatusDocument = (session: Session): OfflineDocument =>
  offlineFields(session, session.status, session.lastClose, {
    source: 'store',
    as_of: session.updatedAt.toISOString(),
  });

const offlineFields = (
  session: Session,
  status: Session['status'],
  close: Close | null,
  source: Pick<OfflineDocument, 'source' | 'as_of'>,
): OfflineDocument => ({
  connected: false,
  id: session.id,
  status,
  is_logged_in: false,
  ...source,
  last_close: closeRecord(close),
  ...damagedRecord(session),
  ...fencedRecord(session),
});
