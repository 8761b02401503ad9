export type Column = {
  readonly width: number;
  /** Of its title, which is cut only where else there would be no table. */
  readonly titleWidth: number;
  /** Never cut: if it has to give way, it goes on in the next line. */
  readonly isWhole: boolean;
};

/** Below this a cut cell says too little. */
const leastCut = ({ width }: Column): number => Math.max(8, Math.ceil(width / 3));
/** The same of a cell that is broken into lines. */
const leastBroken = 20;

/**
 * How wide each column may be in `available` columns of a terminal, with `gap` between them. Cells that may be cut give up first, then
 * cells that are whole are broken. The first column is neither: an id or a key is there to be copied. Undefined when they do not fit
 * even where each is as narrow as can be read.
 */
export const fitColumns = (
  columns: readonly Column[],
  gap: number,
  available: number,
): number[] | undefined =>
  fit(columns, gap, available, (column) => Math.max(column.titleWidth, leastCut(column))) ??
  fit(columns, gap, available, leastCut);

function fit(
  columns: readonly Column[],
  gap: number,
  available: number,
  leastOf: (column: Column) => number,
): number[] | undefined {
  const natural = columns.map(({ width }) => width);
  const least = columns.map(leastOf);
  const canCut = (index: number): boolean => index > 0 && columns[index]?.isWhole === false;
  const canBreak = (index: number): boolean => index > 0 && columns[index]?.isWhole === true;
  const room = { gap, available };
  const cut = shrink(natural, { ...room, mayGive: canCut, least: (at) => least[at] ?? 0 });
  const fitted = shrink(cut, { ...room, mayGive: canBreak, least: () => leastBroken });
  return excessOf(fitted, room) <= 0 ? fitted : undefined;
}

type Room = { readonly gap: number; readonly available: number };

type Giving = Room & {
  readonly mayGive: (index: number) => boolean;
  /** The least that a column is made by this. */
  readonly least: (index: number) => number;
};

const excessOf = (widths: readonly number[], { gap, available }: Room): number =>
  widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1) - available;

/** Takes from the widest column that may give, until all fit or none can. */
function shrink(widths: readonly number[], { mayGive, least, ...room }: Giving): number[] {
  const fitted = [...widths];
  for (let excess = excessOf(fitted, room); excess > 0; excess -= 1) {
    const giving = fitted.map((width, index) => (mayGive(index) && width > least(index) ? width : 0));
    const widest = Math.max(...giving);
    if (widest === 0) break;
    fitted[giving.lastIndexOf(widest)] = widest - 1;
  }
  return fitted;
}
