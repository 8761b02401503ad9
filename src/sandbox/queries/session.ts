import type { Query } from './query.ts';

const active: Query = {
  name: 'active',
  xmlns: 'passive',
  type: 'set',
  answer: () => [],
  after: ({ session }) => session.activate(),
};

const ping: Query = { name: 'ping', xmlns: 'w:p', answer: () => [] };

export const sessionQueries: readonly Query[] = [active, ping];
