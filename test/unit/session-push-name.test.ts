import { expect, it } from 'vitest';
import { realPushName } from '../../src/domain/push-name.ts';

it.each<[string | null | undefined, string | null]>([
  ['Ada', 'Ada'],
  ['Ada •', 'Ada •'],
  ['007', '007'],
  ['+1 555 123 4567', '+1 555 123 4567'],
  ['∙∙∙', '∙∙∙'],
  ['+1∙∙∙80', null],
  ['+1∙∙∙∙∙∙∙∙80', null],
  ['1•••80', null],
  ['+44 ∙∙∙∙ ∙∙∙∙80', null],
  ['', null],
  [undefined, null],
  [null, null],
])('%j is the name %j', (name, real) => {
  expect(realPushName(name)).toBe(real);
});
