/** The evidence for or against colour on one stream. */
type ColourEvidence = {
  /** `false` with --no-color. */
  readonly colorFlag: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
};

/**
 * Decides colour for one stream. The first that speaks wins: --no-color, FORCE_COLOR (as in Node itself it overrides
 * NO_COLOR; "0" and "false" force it off), NO_COLOR (any text but the empty one), TERM=dumb, being a terminal.
 */
export function wantsColour({ colorFlag, env, isTerminal }: ColourEvidence): boolean {
  if (!colorFlag) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR']) return false;
  return isTerminal && env['TERM'] !== 'dumb';
}
