type Family = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: string[];
};

/** The families of a page in the text format, with their samples. */
function families(page: string): Family[] {
  const found = new Map<string, { name: string; type: string; help: string; samples: string[] }>();
  const at = (name: string) => {
    const family = found.get(name) ?? { name, type: '', help: '', samples: [] };
    found.set(name, family);
    return family;
  };
  for (const line of page.split('\n').filter(Boolean)) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (kind === 'HELP') at(name).help = rest;
    else if (kind === 'TYPE') at(name).type = rest;
    else {
      const sample = /^[^{ ]+/.exec(line)?.[0] ?? '';
      const base = sample.replace(/_(?:bucket|sum|count)$/, '');
      at(found.has(sample) ? sample : base).samples.push(line);
    }
  }
  return [...found.values()];
}

const types = /(?:^|_)(?:counter|gauge|histogram|summary)(?:_|$)/;
/** Other units than the base ones, and short forms (promlint). */
const otherUnits =
  /_(?:milliseconds|microseconds|nanoseconds|minutes|hours|days|weeks|kilobytes|megabytes|kibibytes|bits|percent|millimeters|fahrenheit)(?:_total)?$/;
const shortUnits = /_(?:s|ms|us|ns|sec|b|kb|mb|gb|tb|pb|m|h|d)(?:_|$)/;

/** What `promtool check metrics` complains about (prometheus/client_golang, promlint); empty for a good page. */
export const prometheusFaults = (page: string): string[] =>
  families(page).flatMap(({ name, type, help, samples }) => {
    const isDistribution = type === 'histogram' || type === 'summary';
    const labels = samples.flatMap((line) =>
      [...line.matchAll(/[{,]([A-Za-z_]\w*)="/g)].map(([, label]) => label ?? ''),
    );
    const faults: readonly (readonly [boolean, string])[] = [
      [help === '', 'no help text'],
      [type === '', 'no type'],
      [type === 'counter' && !name.endsWith('_total'), 'a counter should end with _total'],
      [type !== 'counter' && name.endsWith('_total'), 'only a counter may end with _total'],
      [!isDistribution && /_(?:bucket|count|sum)$/.test(name), 'an ending of histograms'],
      [
        !isDistribution && labels.some((label) => label === 'le' || label === 'quantile'),
        'a label of histograms',
      ],
      [types.test(name), 'the type is in the name'],
      [name.includes(':'), 'a colon is for rules'],
      [/[a-z][A-Z]/.test(`${name} ${labels.join(' ')}`), 'camelCase'],
      [otherUnits.test(name), 'not a base unit'],
      [shortUnits.test(name), 'a short form of a unit'],
    ];
    return faults.flatMap(([isWrong, why]) => (isWrong ? [`${name}: ${why}`] : []));
  });
