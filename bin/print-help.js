// Prints help and the version without the program, which takes longer to load than Node to start.
'use strict';
const { fstatSync, writeSync } = require('node:fs');
const { helpAnswer } = require('./help-answer.js');

/** As in src/main.ts: the reader of stdout has gone. */
const readerGoneStatus = 141;
const usualColumns = 80;

/** Whether the answer was printed; else the program has to give it, or to say why it cannot be printed. */
function printHelp(argv) {
  const answer = helpAnswer(argv, require('../dist/help.json'), columns());
  return answer !== undefined && print(answer);
}

/** Only a terminal has columns; what is none surely is not opened to ask. */
function columns() {
  if (!fstatSync(1).isCharacterDevice()) return usualColumns;
  return process.stdout.isTTY ? process.stdout.columns : usualColumns;
}

function print(text) {
  // Only a stream knows how a console of Windows wants its characters.
  if (process.platform === 'win32') return printLater(text);
  let left = Buffer.from(text);
  try {
    while (left.length > 0) left = left.subarray(writeSync(1, left));
  } catch ({ code }) {
    if (code === 'EAGAIN') return printLater(left);
    if (code !== 'EPIPE' && code !== 'EIO') return false;
    process.exitCode = readerGoneStatus;
  }
  return true;
}

function printLater(text) {
  process.stdout.on('error', () => (process.exitCode = readerGoneStatus)).write(text);
  return true;
}

exports.printHelp = printHelp;
