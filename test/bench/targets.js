// What was aimed at (docs/performance.md). Node 24 keeps compiled code from one start to the next, which Node 20 cannot.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './program.js';

export const nodeMajor = Number(process.versions.node.split('.')[0]);

/** The target for the Node that runs this. */
export const target = (before24, since24 = before24) => (nodeMajor < 24 ? before24 : since24);

export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
