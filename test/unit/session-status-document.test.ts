import { describe, expect, it } from 'vitest';
import { closeRecord } from '../../src/schema/session-record.ts';
import type { SessionStatus } from '../../src/domain/session.ts';
import { liveStatusDocument, storedStatusDocument } from '../../src/schema/status-document.ts';
import { changed, grown, newborn } from '../support/fake-session.ts';
import { someProfile } from '../support/fake-whatsapp.ts';
import type { LiveStatus } from '../../src/domain/held.ts';
import type { Profile } from '../../src/domain/profile.ts';

const asOf = new Date('2026-03-01T12:00:00.000Z');
// Compared as text: the order of the keys is part of the contract.
const json = (value: unknown): string => JSON.stringify(value, null, 1);

const loggedIn = (profile: Profile): LiveStatus => ({
  session: grown,
  status: 'logged_in',
  close: null,
  profile,
  asOf,
});

describe('a live status, logged in', () => {
  it('has every field that WhatsApp gives, in the order of the contract', () => {
    const profile: Profile = {
      website: 'https://example.com',
      about: 'At work',
      verifiedName: 'Ada Ltd',
      profilePictureUrl: 'https://pps.whatsapp.net/x',
      profilePictureId: '1700000000',
      businessProfile: {
        email: 'ada@example.com',
        address: '1 Main St',
        profileOptions: { cart_enabled: 'true', commerce_experience: '' },
        categories: [
          { id: '1', name: 'Shop' },
          { id: '2', name: 'Books' },
        ],
        businessHoursTimezone: 'Europe/London',
      },
      businessName: 'Ada Books',
      pushName: 'Ada',
      whatsappJid: '15551234567@s.whatsapp.net',
      phone: '15551234567',
    };
    expect(json(liveStatusDocument(loggedIn(profile)))).toBe(
      json({
        connected: true,
        phone: '15551234567',
        whatsapp_jid: '15551234567@s.whatsapp.net',
        push_name: 'Ada',
        business_name: 'Ada Books',
        business_profile: {
          business_hours_timezone: 'Europe/London',
          categories: [
            { id: '1', name: 'Shop' },
            { id: '2', name: 'Books' },
          ],
          profile_options: { cart_enabled: 'true', commerce_experience: '' },
          address: '1 Main St',
          email: 'ada@example.com',
        },
        profile_picture_id: '1700000000',
        profile_picture_url: 'https://pps.whatsapp.net/x',
        profile_url: 'https://wa.me/15551234567',
        verified_name: 'Ada Ltd',
        about: 'At work',
        website: 'https://example.com',
        id: 'my-phone',
        status: 'logged_in',
        is_logged_in: true,
        phone_number: '15551234567',
        source: 'live',
        as_of: '2026-03-01T12:00:00.000Z',
      }),
    );
  });

  const least = {
    connected: true,
    phone: '15551234567',
    whatsapp_jid: '15551234567@s.whatsapp.net',
    push_name: 'Ada',
    profile_url: 'https://wa.me/15551234567',
    id: 'my-phone',
    status: 'logged_in',
    is_logged_in: true,
    phone_number: '15551234567',
    source: 'live',
    as_of: '2026-03-01T12:00:00.000Z',
  };

  it.each<[string, Partial<Profile>]>([
    ['what is not there', {}],
    ['empty texts', { about: '', website: '', verifiedName: '', businessName: '' }],
    ['an empty business profile', { businessProfile: {} }],
    [
      'empty fields of a business',
      { businessProfile: { categories: [], profileOptions: {}, address: '', email: '' } },
    ],
  ])('leaves out %s', (_, profile) => {
    expect(json(liveStatusDocument(loggedIn({ ...someProfile, ...profile })))).toBe(json(least));
  });
});

const notLoggedIn = (status: SessionStatus, source: string, at: string, close: unknown): object => ({
  connected: false,
  id: 'my-phone',
  status,
  is_logged_in: false,
  source,
  as_of: at,
  last_close: close,
  fenced: { reason: 'copy', at: '2026-02-03T04:05:06.789Z' },
});

describe('a live status, not logged in', () => {
  const live = { session: grown, profile: null, asOf };
  const close = { reason: 'logged_out', code: 401, at: asOf } as const;

  it('says why, and nothing of the profile', () => {
    const expected = { reason: 'logged_out', code: 401, at: '2026-03-01T12:00:00.000Z' };
    expect(json(liveStatusDocument({ ...live, status: 'logged_out', close }))).toBe(
      json(notLoggedIn('logged_out', 'live', '2026-03-01T12:00:00.000Z', expected)),
    );
  });

  it('has the last close of the store when there is no newer one', () => {
    const expected = closeRecord(grown.lastClose);
    expect(json(liveStatusDocument({ ...live, status: 'disconnected', close: null }))).toBe(
      json(notLoggedIn('disconnected', 'live', '2026-03-01T12:00:00.000Z', expected)),
    );
  });

  it('has a null last close for a session that was never online', () => {
    expect(
      liveStatusDocument({ ...live, session: newborn, status: 'disconnected', close: null }),
    ).toMatchObject({
      last_close: null,
    });
  });
});

describe('a stored status', () => {
  it('names the store as its source, and its time', () => {
    const expected = closeRecord(grown.lastClose);
    expect(json(storedStatusDocument(grown))).toBe(
      json(notLoggedIn('disconnected', 'store', changed.toISOString(), expected)),
    );
  });

  it.each(['disconnected', 'logged_out', 'failed'] as const)('%s is never connected', (status) => {
    expect(storedStatusDocument({ ...grown, status })).toMatchObject({
      connected: false,
      is_logged_in: false,
      status,
    });
  });
});
