import { bashScript } from './completion-scripts/bash.ts';
import { fishScript } from './completion-scripts/fish.ts';
import { powershellScript } from './completion-scripts/powershell.ts';
import { zshScript } from './completion-scripts/zsh.ts';

/**
 * A script for each shell, which asks `wactl __complete INDEX WORDS…` what the word at INDEX can be. The answer has a word and its
 * description in each line; the last line is what the shell does then: ":nothing", ":files", ":directories", ":no-space".
 */
export const completionScripts = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
} as const;
