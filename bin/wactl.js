#!/usr/bin/env node
// The launcher: turns on Node's compile cache where there is one, then loads the bundle.
import module from 'node:module';

module.enableCompileCache?.();
await import('../dist/main.js');
