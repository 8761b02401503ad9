import type { Plugin } from 'esbuild';
import type { PluginOption } from 'vite';

export const scriptsForBrowsers: Plugin;
export const scriptsInTests: PluginOption;
