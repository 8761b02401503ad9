#!/usr/bin/env node
// The launcher: turns on Node's compile cache where there is one, then loads the bundle.
import module from 'node:module';

// A person who sets NODE_COMPILE_CACHE or NODE_DISABLE_COMPILE_CACHE has chosen: Node obeys, and so does this.
const { env, platform } = process;
if (module.enableCompileCache && !env.NODE_COMPILE_CACHE && !env.NODE_DISABLE_COMPILE_CACHE) {
  const { compileCacheDirectory } = await import('./compile-cache.js');
  const directory = compileCacheDirectory({ env, platform, uid: process.geteuid?.() });
  if (directory) module.enableCompileCache(directory);
}
await import('../dist/main.js');
