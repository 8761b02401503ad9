#!/usr/bin/env node
// The launcher: gives help and the version itself, from text that the build has written. For all else it turns on Node's compile
// cache where there is one, and loads the program. It is CommonJS (package.json beside it), because Node takes a fifth of a bare
// start to get its ES modules ready.
'use strict';
if (!hasHelped(process.argv.slice(2))) start();

function hasHelped(argv) {
  const isAsked = argv.some((word) => word === '--help' || word === '-h' || word === 'help');
  if (!isAsked && !argv.every((word) => word.startsWith('-'))) return false;
  const { printHelp } = require('./print-help.js');
  return printHelp(argv);
}

function start() {
  const { enableCompileCache } = require('node:module');
  const { env, platform } = process;
  // A person who sets NODE_COMPILE_CACHE or NODE_DISABLE_COMPILE_CACHE has chosen: Node obeys, and so does this.
  if (enableCompileCache && !env.NODE_COMPILE_CACHE && !env.NODE_DISABLE_COMPILE_CACHE) {
    const { compileCacheDirectory } = require('./compile-cache.js');
    const directory = compileCacheDirectory({ env, platform, uid: process.geteuid?.() });
    if (directory) {
      // Node makes a folder in it with all the rights that are left.
      const rights = process.umask(0o077);
      enableCompileCache(directory);
      process.umask(rights);
    }
  }
  require('../dist/main.cjs');
}
