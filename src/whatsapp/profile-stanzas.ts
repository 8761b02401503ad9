import {
  getAllBinaryNodeChildren,
  getBinaryNodeChild,
  getBinaryNodeChildString,
  getBinaryNodeChildren,
  proto,
  S_WHATSAPP_NET,
} from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import type { BusinessProfile } from '../domain/profile.ts';

const node = (tag: string, attrs: BinaryNode['attrs'] = {}, content?: BinaryNode[]): BinaryNode =>
  content ? { tag, attrs, content } : { tag, attrs };

const get = (xmlns: string, attrs: BinaryNode['attrs'], content: BinaryNode): BinaryNode =>
  node('iq', { to: S_WHATSAPP_NET, type: 'get', xmlns, ...attrs }, [content]);

/**
 * The three queries that make up a profile: the user (usync), the picture, the business profile. `sid` numbers the
 * usync query with a message tag, as Baileys does.
 */
export const profileStanzas = (jid: string, sid: string): BinaryNode[] => [
  get(
    'usync',
    {},
    node('usync', { sid, mode: 'full', last: 'true', index: '0', context: 'background' }, [
      node('query', {}, [node('business', {}, [node('verified_name')]), node('status')]),
      node('list', {}, [node('user', { jid })]),
    ]),
  ),
  get('w:profile:picture', { target: jid }, node('picture', { type: 'image', query: 'url' })),
  get('w:biz', {}, node('business_profile', { v: '244' }, [node('profile', { jid })])),
];

const text = (parent: BinaryNode | undefined, tag: string): string | undefined =>
  getBinaryNodeChildString(parent, tag) || undefined;

const textOf = ({ content }: BinaryNode): string =>
  content instanceof Uint8Array
    ? Buffer.from(content).toString()
    : typeof content === 'string'
      ? content
      : '';

/** About and verified name; a hidden about carries no text. */
export function userParts(answer: BinaryNode | undefined) {
  const list = getBinaryNodeChild(getBinaryNodeChild(answer, 'usync'), 'list');
  const user = getBinaryNodeChild(list, 'user');
  const verified = getBinaryNodeChild(getBinaryNodeChild(user, 'business'), 'verified_name');
  return { about: text(user, 'status'), verifiedName: verified && verifiedNameIn(verified.content) };
}

/** The name in a VerifiedNameCertificate (WAProto); undefined when the bytes are not one. */
function verifiedNameIn(content: BinaryNode['content']): string | undefined {
  if (!(content instanceof Uint8Array)) return undefined;
  try {
    const { details } = proto.VerifiedNameCertificate.decode(content);
    return (details && proto.VerifiedNameCertificate.Details.decode(details).verifiedName) || undefined;
  } catch {
    return undefined;
  }
}

export function pictureParts(answer: BinaryNode | undefined) {
  const attrs = getBinaryNodeChild(answer, 'picture')?.attrs;
  return { profilePictureId: attrs?.['id'], profilePictureUrl: attrs?.['url'] };
}

/** The business profile and its first website; both undefined for an account that is not a business. */
export function businessParts(answer: BinaryNode | undefined): {
  businessProfile: BusinessProfile | undefined;
  website: string | undefined;
} {
  const profile = getBinaryNodeChild(getBinaryNodeChild(answer, 'business_profile'), 'profile');
  if (!profile) return { businessProfile: undefined, website: undefined };
  const categories = getBinaryNodeChildren(getBinaryNodeChild(profile, 'categories'), 'category').map(
    (each) => ({
      id: each.attrs['id'] ?? '',
      name: textOf(each),
    }),
  );
  const options = getBinaryNodeChild(profile, 'profile_options');
  const profileOptions =
    options && getAllBinaryNodeChildren(options).map((each) => [each.tag, textOf(each)] as const);
  const timezone = getBinaryNodeChild(profile, 'business_hours')?.attrs['timezone'];
  const address = text(profile, 'address');
  const email = text(profile, 'email');
  return {
    businessProfile: {
      ...(timezone ? { businessHoursTimezone: timezone } : {}),
      ...(categories.length > 0 ? { categories } : {}),
      ...(profileOptions?.length ? { profileOptions: Object.fromEntries(profileOptions) } : {}),
      ...(address ? { address } : {}),
      ...(email ? { email } : {}),
    },
    website: text(profile, 'website'),
  };
}
