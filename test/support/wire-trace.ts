import type { Scene } from './wire-lives.ts';

/** A label that only one of two clients sends in a scene. */
export type Difference = {
  readonly side: 'wactl' | 'Baileys';
  readonly scene: string;
  readonly label: string;
};

const clientSays = '> ';

/** The labels that the client sends in a scene, each once, in order. */
const saidIn = ({ lines }: Scene): string[] => [
  ...new Set(
    lines.filter((line) => line.startsWith(clientSays)).map((line) => line.slice(clientSays.length)),
  ),
];

/** The labels that only one of the two sends, scene by scene. Number and order are ignored, because both vary. */
export function differencesOf(ours: readonly Scene[], theirs: readonly Scene[]): Difference[] {
  return ours.flatMap((scene, at) => {
    const other = theirs[at];
    if (other?.name !== scene.name) throw new Error(`the other life has no ${scene.name}`);
    const [mine, stock] = [saidIn(scene), saidIn(other)];
    const only = (side: Difference['side'], labels: string[], others: string[]): Difference[] =>
      labels.filter((label) => !others.includes(label)).map((label) => ({ side, scene: scene.name, label }));
    return [...only('wactl', mine, stock), ...only('Baileys', stock, mine)];
  });
}

/** A line of the document: - wactl (create by QR, login): `label` */
const listed = /^- (wactl|Baileys) \((.*)\): `(.*)`$/;

/** The differences that docs/wire-trace.md lists. Throws when one has no reason: a paragraph below the same heading. */
export function readDifferences(markdown: string, scenes: readonly string[]): Difference[] {
  return markdown.split(/^## /m).flatMap((section) => {
    const lines = section.split('\n');
    const items = lines.flatMap((line) => {
      const [, side, names = '', label = ''] = listed.exec(line) ?? [];
      if (side !== 'wactl' && side !== 'Baileys') return [];
      const named = names === 'everywhere' ? scenes : names.split(', ');
      const unknown = named.filter((name) => !scenes.includes(name));
      if (unknown.length > 0)
        throw new Error(`docs/wire-trace.md names scenes that are not played: ${unknown.join(', ')}`);
      return named.map((scene) => ({ side, scene, label }) as const);
    });
    const hasReason = lines.slice(1).some((line) => line !== '' && !line.startsWith('- '));
    if (items.length > 0 && !hasReason)
      throw new Error(`docs/wire-trace.md gives no reason: ${lines[0] ?? ''}`);
    return items;
  });
}

const text = ({ side, scene, label }: Difference): string => `- ${side} (${scene}): \`${label}\``;

/** The differences in the first list that the second lacks, as the document would list them. */
export function missingIn(some: readonly Difference[], others: readonly Difference[]): string[] {
  const known = new Set(others.map(text));
  return some.map(text).filter((line) => !known.has(line));
}

/** The readable trace: the messages of each scene with wactl, and those that only Baileys sends there. */
export const showTrace = (ours: readonly Scene[], differences: readonly Difference[]): string =>
  ours
    .map(({ name, lines }) => {
      const of = (side: Difference['side']): string[] =>
        differences.flatMap((each) =>
          each.side === side && each.scene === name ? [clientSays + each.label] : [],
        );
      const alone = of('wactl');
      return [
        `== ${name}`,
        ...lines.map((line) => (alone.includes(line) ? `${line}    # not said by Baileys` : line)),
        ...of('Baileys').map((line) => `${line}    # said by Baileys only`),
        '',
      ].join('\n');
    })
    .join('\n');
