import type { NewSession, SessionPatch } from './session-store.ts';
import type { Identity, Session, SessionStatus } from './session.ts';

const nobody = { phoneNumber: null, pushName: null, whatsappJid: null, lid: null, platform: null } as const;

/** A session as it is on the day it is made: never paired, never online. */
export const newSession = (draft: NewSession, now: Date): Session => ({
  ...draft,
  ...nobody,
  name: storable(draft.name),
  status: 'disconnected',
  paired: false,
  createdAt: now,
  updatedAt: now,
  lastConnectedAt: null,
  lastSeenAt: null,
  messageCount: 0,
  lastClose: null,
  wantsOnline: false,
  retries: 0,
});

/** The same session with some fields changed; `undefined` changes nothing. */
export function patchedSession(session: Session, patch: SessionPatch, now: Date): Session {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const patched = { ...session, ...(Object.fromEntries(given) as SessionPatch), updatedAt: now };
  return { ...patched, name: storable(patched.name), pushName: storable(patched.pushName) };
}

/** The same session after a proven pairing: it is that companion now, and has a clean slate. */
export const pairedSession = (session: Session, identity: Identity, now: Date): Session => ({
  ...session,
  phoneNumber: identity.phoneNumber,
  whatsappJid: identity.whatsappJid,
  lid: identity.lid,
  platform: identity.platform,
  pushName: storable(identity.pushName),
  status: 'disconnected',
  paired: true,
  lastClose: null,
  retries: 0,
  updatedAt: now,
});

/** The same session without its identity. */
export const unpairedSession = (session: Session, status: SessionStatus, now: Date): Session => ({
  ...session,
  ...nobody,
  status,
  paired: false,
  updatedAt: now,
});

/** No database keeps a NUL in its text, and a push name comes from a stranger. */
const storable = (text: string | null): string | null => text?.replaceAll('\0', '') ?? null;
