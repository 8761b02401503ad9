import type { BusinessDetails } from '../account.ts';
import { picturePath } from '../picture.ts';
import { child, children, stanza } from '../stanza.ts';
import type { Stanza } from '../stanza.ts';
import { QueryError } from './query.ts';
import type { Query } from './query.ts';

const picture: Query = {
  name: 'profile_picture',
  xmlns: 'w:profile:picture',
  answer: ({ network, iq }) => {
    if (iq.attrs['type'] !== 'get') return [];
    const account = network.accountOf(iq.attrs['target'] ?? '')?.account;
    if (account?.picture == null) throw new QueryError(404, 'item-not-found');
    const { id, url } = account.picture;
    const path = `${picturePath}${id}.png`;
    const type = child(iq, 'picture')?.attrs['type'] ?? 'preview';
    return [stanza('picture', { id, type, url: url ?? `${network.origin}${path}`, direct_path: path })];
  },
};

const textElements = (fields: Readonly<Record<string, string | undefined>>): Stanza[] =>
  Object.entries(fields).flatMap(([tag, text]) => (text === undefined ? [] : [stanza(tag, {}, text)]));

const hoursElement = (hours: NonNullable<BusinessDetails['hours']>): Stanza =>
  stanza(
    'business_hours',
    { timezone: hours.timezone },
    hours.days.map(({ day, mode, openTime, closeTime }) =>
      stanza('business_hours_config', {
        day_of_week: day,
        mode,
        open_time: openTime?.toString(),
        close_time: closeTime?.toString(),
      }),
    ),
  );

const profileElement = (jid: string, details: BusinessDetails): Stanza => {
  const { address, email, description, websites, categories, options, hours } = details;
  return stanza('profile', { jid, tag: '1' }, [
    ...textElements({ address, description, email }),
    ...websites.map((website) => stanza('website', {}, website)),
    stanza(
      'categories',
      {},
      categories.map(({ id, name }) => stanza('category', { id }, name)),
    ),
    ...(hours === undefined ? [] : [hoursElement(hours)]),
    stanza('profile_options', {}, textElements(options)),
  ]);
};

const business: Query = {
  name: 'business_profile',
  xmlns: 'w:biz',
  answer: ({ network, iq }) => {
    const request = child(iq, 'business_profile');
    const profiles = children(request, 'profile').flatMap(({ attrs: { jid = '' } }) => {
      const details = network.accountOf(jid)?.account.business;
      return details == null ? [] : [profileElement(jid, details)];
    });
    return [stanza('business_profile', { v: request?.attrs['v'] ?? '244' }, profiles)];
  },
};

/** What an account shows of itself. */
export const profileQueries: readonly Query[] = [picture, business];
