/** The styles of text. Without colour, each returns its text unchanged. */
export type Palette = {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly busy: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
};

const same = (text: string): string => text;

const colourless: Palette = { good: same, bad: same, busy: same, faint: same, strong: same };

/** Sets chalk's level, because chalk ignores NO_COLOR on a terminal; loads chalk only when there is colour. */
export async function loadPalette(isColoured: boolean): Promise<Palette> {
  if (!isColoured) return colourless;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return { good: chalk.green, bad: chalk.red, busy: chalk.yellow, faint: chalk.dim, strong: chalk.bold };
}
