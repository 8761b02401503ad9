// Stands in for the package `pino` in the bundle (.config/engine-plugins.js): Baileys rc14 makes a logger of it that
// writes to stdout. Every socket gets a logger of ours; this one is for what would bypass it, and says nothing.
const silent = () => undefined;

const logger = {
  level: 'silent',
  child: () => logger,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
};

export { pino as default };

const pino = () => logger;
