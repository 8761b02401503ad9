import { FileDamagedError, SessionHeldError, UsageError, WactlError } from '../errors.ts';
import type { Archive, BackupRest } from '../domain/archive.ts';
import { parseEndpointRoot, parseEndpointUrl } from '../domain/endpoint.ts';
import { realPushName } from '../domain/push-name.ts';
import { parseProxy } from '../domain/proxy.ts';
import { isStorable } from '../domain/storable-text.ts';
import { sessionIdPattern, validateSessionId } from '../domain/session-id.ts';
import { checkSessionName } from '../domain/session-name.ts';
import { newSession } from '../domain/session-change.ts';
import type { Session } from '../domain/session.ts';
import { newSessionId } from './find-session.ts';
import { firstReceiver } from '../domain/box.ts';
import { parseReceiverName } from '../domain/receiver-name.ts';
import { checkWebhookHeaders } from '../domain/webhook-headers.ts';
import { checkWebhookRoutes, parseWebhookUrl } from '../domain/webhook.ts';
import type { KeptToken } from '../domain/token.ts';
import type { WholeSession } from '../domain/whole-session.ts';
import type { RestorePlan } from '../ports/settings.ts';
import type { Foreign, ForeignOptions, ImportOptions, ImportPlan } from '../ports/transfer.ts';
import type { TransferParts } from './transfer-parts.ts';

const everything = { page: 1, perPage: 1_000_000 };

/** What storing these sessions would mean. Throws when that is not possible; nothing is changed. */
export async function planImport(
  parts: TransferParts,
  archive: Archive,
  { as, signal }: ImportOptions,
): Promise<ImportPlan> {
  const now = parts.clock.now();
  const wholes = named(archive.sessions, as).map((whole) => {
    checkSession(whole.session);
    return { ...whole, session: arrived(whole.session, archive.kind, now) };
  });
  const store = await parts.store();
  const { sessions: here } = await store.list(everything);
  const ids = wholes.map(({ session }) => session.id);
  for (const { session } of wholes) assertNotHere(session, here);
  const replaced = here.filter(({ id }) => ids.includes(id));
  // A single session was asked for, under another id.
  const rest = as === undefined ? archive.rest : undefined;
  const tokens = rest?.tokens ?? [];
  const tokensHere = tokens.length === 0 ? [] : await (await parts.tokens()).listKept();
  const settings = rest && planSettings(parts, rest.settings);
  return {
    kind: archive.kind,
    sessions: wholes.map(({ session }) => session),
    replaced,
    rest: {
      settings: Object.keys(rest?.settings ?? {}),
      replacedSettings: settings?.replaced ?? [],
      tokens: tokens.map(({ name }) => name),
      replacedTokens: tokensHere.filter((one) => isLost(one, tokens)).map(({ name }) => name),
      waiting: wholes.reduce((sum, { waiting = [] }) => sum + waiting.length, 0),
    },
    notes: await keyNotes(parts, rest?.key ?? null),
    async store() {
      const deadLeases: string[] = [];
      const holder = await parts.holder();
      for (const session of replaced) {
        const lease = await parts.leaseOf(session.id);
        if (lease && (await holder.held(session, { signal }))) throw new SessionHeldError(session.id);
        if (lease) deadLeases.push(lease.leaseId);
      }
      signal.throwIfAborted();
      await store.putWhole(wholes, { replace: replaced.map(({ id }) => id), deadLeases, tokens });
      await settings?.store();
    },
  };
}

/** Whether another one takes its place. */
const isLost = (here: KeptToken, tokens: readonly KeptToken[]): boolean =>
  tokens.some(({ name, hash }) => (name === here.name) !== (hash === here.hash));

function planSettings({ settings }: TransferParts, values: BackupRest['settings']): RestorePlan {
  try {
    return settings.planRestore(values);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new FileDamagedError(`a setting in the file cannot be used: ${cause.message}`, undefined, {
      cause,
    });
  }
}

/** The key of a backup is in no file, so one that a person has chosen has to be chosen again. */
async function keyNotes(parts: TransferParts, there: BackupRest['key']): Promise<readonly string[]> {
  if (!there || there.kind === 'file') return [];
  const here = (await parts.keyFacts())?.kind;
  if (here === there.kind) return [];
  const words = { passphrase: 'a passphrase', keyring: 'a key in the keyring' }[there.kind];
  return [
    `the sessions were sealed with ${words}, and are not here; to do that again: wactl config encryption --to ${there.kind}`,
  ];
}

/** The same for a session of another program: it gets a record, and is paired. */
export async function planForeign(
  parts: TransferParts,
  { name, identity, credentials, notes }: Foreign,
  { settings, as, signal }: ForeignOptions,
): Promise<ImportPlan> {
  const id = await newSessionId(await parts.store(), { id: as, name }, () => parts.clock.random());
  const now = parts.clock.now();
  const made = newSession({ id, name: null, ...settings }, now);
  const session = { ...made, ...identity, pushName: realPushName(identity.pushName), paired: true };
  const plan = await planImport(
    parts,
    { kind: 'move', madeAt: now, sessions: [{ session, credentials }] },
    { signal, as: undefined },
  );
  return { ...plan, notes };
}

function named(sessions: readonly WholeSession[], as: string | undefined): readonly WholeSession[] {
  if (as === undefined) return sessions;
  const [only] = sessions;
  if (!only || sessions.length > 1) {
    const ids = sessions.map(({ session }) => session.id).join(', ');
    throw new UsageError(
      `--as is for a file with one session; this one has ${String(sessions.length)}: ${ids}`,
    );
  }
  // Its events name it by its old id.
  const { session, credentials } = only;
  return [{ session: { ...session, id: validateSessionId(as) }, credentials }];
}

/** Copies are fenced; what was moved may connect, and is not brought online unasked. */
function arrived(session: Session, kind: Archive['kind'], now: Date): Session {
  const isLinked = session.paired || session.unconfirmed;
  if (kind === 'move' || !isLinked) return { ...session, fence: null, wantsOnline: false };
  return { ...session, fence: { reason: 'copy', at: now } };
}

/** Throws `file_damaged` for fields that no command would have stored. */
function checkSession(session: Session): void {
  const { id, name, webhook, otherWebhooks, proxy, endpoint, status } = session;
  try {
    if (!textsIn(session).every(isStorable))
      throw new UsageError('a text in it has a NUL or half a character');
    if (!sessionIdPattern.test(id)) throw new UsageError('its id is not one');
    if (!['disconnected', 'logged_out', 'failed'].includes(status))
      throw new UsageError('its status does not rest');
    if (name !== null) checkSessionName(name);
    const named = otherWebhooks.map((other) => parseReceiverName(other.name));
    if (new Set([...named, firstReceiver]).size <= named.length)
      throw new UsageError('two of its webhooks have the same name');
    for (const { url, headers = {} } of webhook ? [webhook, ...otherWebhooks] : otherWebhooks) {
      parseWebhookUrl(url, { allowInsecure: true });
      checkWebhookHeaders(headers);
    }
    if (proxy !== null) parseProxy(proxy);
    checkWebhookRoutes(session);
    if (endpoint) {
      parseEndpointUrl(endpoint.url);
      parseEndpointRoot(endpoint.rootKey);
    }
  } catch (cause) {
    if (!(cause instanceof WactlError)) throw cause;
    throw new FileDamagedError(`a session in the file cannot be used: ${cause.message}`, undefined, {
      cause,
    });
  }
}

/** All of them, however deep. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** One device must not be here twice. */
function assertNotHere({ id, whatsappJid }: Session, here: readonly Session[]): void {
  const same = here.find(
    (other) => whatsappJid !== null && other.whatsappJid === whatsappJid && other.id !== id,
  );
  if (!same) return;
  throw new WactlError(
    'already_exists',
    `the device of ${id} is here already, as session "${same.id}"`,
    `to put it in the place of that session, import it alone, with: --as ${same.id}`,
  );
}
