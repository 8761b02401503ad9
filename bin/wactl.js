#!/usr/bin/env node
// The launcher: turns on Node's compile cache where there is one, then loads the bundle. It is CommonJS (package.json
// beside it), because Node takes a fifth of a bare start to get its ES modules ready.
'use strict';
const { enableCompileCache } = require('node:module');

// A person who sets NODE_COMPILE_CACHE or NODE_DISABLE_COMPILE_CACHE has chosen: Node obeys, and so does this.
const { env, platform } = process;
if (enableCompileCache && !env.NODE_COMPILE_CACHE && !env.NODE_DISABLE_COMPILE_CACHE) {
  const { compileCacheDirectory } = require('./compile-cache.js');
  const directory = compileCacheDirectory({ env, platform, uid: process.geteuid?.() });
  if (directory) enableCompileCache(directory);
}
require('../dist/main.cjs');
