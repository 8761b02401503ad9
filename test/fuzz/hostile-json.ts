import { hostileTexts } from './hostile-values.ts';
import type { Choices } from './hostile-values.ts';

/** Any JSON at all. */
function hostileJson(choices: Choices, depth = 3): unknown {
  switch (choices.below(depth > 0 ? 8 : 6)) {
    case 0:
      return null;
    case 1:
      return choices.chance(0.5);
    case 2:
      return choices.of([0, -1, 1.5, 1e308, 2 ** 53, -0]);
    case 3:
    case 4:
    case 5:
      return choices.of(hostileTexts);
    case 6:
      return Array.from({ length: choices.below(4) }, () => hostileJson(choices, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: choices.below(4) }, () => [
          choices.of(hostileTexts),
          hostileJson(choices, depth - 1),
        ]),
      );
  }
}

/** A document with a few of its parts replaced, left out or added. */
function mutatedJson(choices: Choices, document: unknown): unknown {
  if (typeof document !== 'object' || document === null || choices.chance(0.1)) return hostileJson(choices);
  if (Array.isArray(document)) return document.map((one: unknown) => mutatedJson(choices, one));
  const entries = Object.entries(document);
  const at = choices.below(entries.length);
  return Object.fromEntries(
    entries.flatMap(([name, value], index) => {
      if (index !== at) return [[name, value]];
      if (choices.chance(0.2)) return [];
      const isDeep = typeof value === 'object' && value !== null && choices.chance(0.7);
      return [[name, isDeep ? mutatedJson(choices, value) : hostileJson(choices)]];
    }),
  );
}

/** A body in place of JSON in an answer or a file: mostly valid JSON. */
export function hostileBody(choices: Choices, document: unknown): string {
  const text = JSON.stringify(mutatedJson(choices, document));
  switch (choices.below(12)) {
    case 0:
      return text.slice(0, choices.below(text.length));
    case 1:
      return '';
    case 2:
      return '['.repeat(100_000);
    case 3:
      return choices.bytes(200).toString('latin1');
    default:
      return text;
  }
}
