import type { Close } from './close.ts';
import type { Endpoint, Identity, Session, SessionStatus, Webhook } from './session.ts';

/** The fields that a session is created from. */
export type NewSession = {
  readonly id: string;
  readonly name: string | null;
  readonly webhook: Webhook | null;
  readonly proxy: string | null;
  readonly endpoint: Endpoint | null;
};

/** Fields that may change after creation; a field left out stays as it is. `updatedAt` follows by itself. */
export type SessionPatch = Partial<
  Pick<
    Session,
    | 'name'
    | 'status'
    | 'pushName'
    | 'lastConnectedAt'
    | 'lastSeenAt'
    | 'messageCount'
    | 'lastClose'
    | 'webhook'
    | 'otherWebhooks'
    | 'proxy'
    | 'wantsOnline'
    | 'retries'
    | 'fence'
  >
>;

const nobody = { phoneNumber: null, pushName: null, whatsappJid: null, lid: null, platform: null } as const;

/** A new session: never paired, never online. */
export const newSession = (draft: NewSession, now: Date): Session => ({
  ...draft,
  ...nobody,
  name: storable(draft.name),
  otherWebhooks: [],
  status: 'disconnected',
  paired: false,
  unconfirmed: false,
  createdAt: now,
  updatedAt: now,
  lastConnectedAt: null,
  lastSeenAt: null,
  messageCount: 0,
  lastClose: null,
  wantsOnline: false,
  retries: 0,
  fence: null,
});

/** A session from elsewhere as it is stored here. */
export const putSession = (session: Session, now: Date): Session => ({
  ...session,
  name: storable(session.name),
  pushName: storable(session.pushName),
  updatedAt: now,
});

/** The same session with some fields changed; `undefined` changes nothing. */
export function patchedSession(session: Session, patch: SessionPatch, now: Date): Session {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const patched = { ...session, ...(Object.fromEntries(given) as SessionPatch), updatedAt: now };
  return { ...patched, name: storable(patched.name), pushName: storable(patched.pushName) };
}

/** The same session after a proven pairing: reset, and without an identity until a login confirms it. */
export const provenSession = (session: Session, now: Date): Session => ({
  ...session,
  ...nobody,
  status: 'disconnected',
  paired: false,
  unconfirmed: true,
  lastClose: null,
  retries: 0,
  fence: null,
  updatedAt: now,
});

/** The same session after a login, which gives an unconfirmed session its identity. */
export function loggedInSession(session: Session, identity: Identity, now: Date): Session {
  const seen = {
    ...session,
    status: 'disconnected',
    lastConnectedAt: now,
    lastSeenAt: now,
    pushName: storable(identity.pushName ?? session.pushName),
    lid: identity.lid ?? session.lid,
    updatedAt: now,
  } as const;
  if (!session.unconfirmed) return seen;
  const { phoneNumber, whatsappJid, platform } = identity;
  const known = { phoneNumber, whatsappJid, platform };
  return { ...seen, ...known, paired: true, unconfirmed: false };
}

/**
 * The same session without its identity, but for the phone number, by which people know it. A pairing that was never confirmed
 * leaves the status unchanged.
 */
export const unpairedSession = (
  session: Session,
  status: SessionStatus,
  now: Date,
  lastClose: Close | null = session.lastClose,
): Session => ({
  ...session,
  ...nobody,
  phoneNumber: session.phoneNumber,
  status: session.unconfirmed ? session.status : status,
  paired: false,
  unconfirmed: false,
  lastClose,
  fence: null,
  updatedAt: now,
});

/** No database keeps a NUL in its text, and a push name comes from a stranger. */
const storable = (text: string | null): string | null => text?.replaceAll('\0', '') ?? null;
