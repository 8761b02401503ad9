import type { BinaryNode } from '@whiskeysockets/baileys';
import { WactlError } from '../errors.ts';
import { ruleOf } from '../domain/close-table.ts';
import { accountJid, parseJid } from '../domain/jid.ts';
import type { Attempt } from './attempt.ts';
import { Ending } from './ending.ts';
import { unlessAborted } from './with-deadline.ts';
import { businessParts, pictureParts, profileStanzas, userParts } from './profile-stanzas.ts';
import type { Profile } from '../domain/profile.ts';

/**
 * Asks for all parts at once. Leaves out a part that is hidden, absent, refused or late. The profile proves that
 * WhatsApp has the device logged in: at least one query was answered, even if with an error. Throws `timed_out` when no
 * answer came within `timeoutMs`, `unreachable` when the connection ends, the signal's reason when aborted.
 */
export async function readProfile(
  { socket, creds, withDeadline }: Attempt,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Profile> {
  const jid = accountJid(creds.me?.id ?? '');
  const ask = async (stanza: BinaryNode): Promise<BinaryNode | 'late' | undefined> => {
    try {
      return (await withDeadline(socket.query(stanza), timeoutMs)) ?? 'late';
    } catch (error) {
      if (isAnswer(error)) return undefined;
      if (error instanceof Ending && ruleOf(error).errorCode === 'timed_out') return 'late';
      throw new WactlError('unreachable', 'the connection ended', 'try again', { cause: error });
    }
  };
  const asked = Promise.all(profileStanzas(jid, socket.sock.generateMessageTag()).map(ask));
  const answers = await unlessAborted(asked, signal);
  if (answers.every((answer) => answer === 'late')) {
    throw new WactlError('timed_out', 'WhatsApp did not answer in time', 'try again');
  }
  const [user, picture, business] = answers.map((answer) => (answer === 'late' ? undefined : answer));
  const { about, verifiedName } = userParts(user);
  const { businessProfile, website } = businessParts(business);
  const businessName = creds.me?.verifiedName ?? (businessProfile && verifiedName);
  return withoutUndefined({
    phone: parseJid(jid)?.user ?? '',
    whatsappJid: jid,
    pushName: creds.me?.name,
    businessName,
    businessProfile,
    ...pictureParts(picture),
    verifiedName,
    about,
    website,
  });
}

/** Whether Baileys made the error from WhatsApp's answer: `data` is then the answer's code. */
const isAnswer = (error: unknown): boolean =>
  typeof (error as { readonly data?: unknown } | null)?.data === 'number';

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

const withoutUndefined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
