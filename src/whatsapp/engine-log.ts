import type { ILogger } from '@whiskeysockets/baileys/lib/Utils/logger.js';
import { isEngineError } from './engine-errors.ts';

type EngineLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Takes the engine's log lines. `message` holds no key, code, QR payload or message text. */
export type EngineLog = (level: EngineLogLevel, message: string) => void;

/** Called for each error of the engine (engine-errors.ts), with a message as free of secrets as the log. */
export type OnEngineError = (message: string) => void;

const secretName = /key|secret|cred|token|code|ref|qr|auth|sign|data/i;
const longestText = 80;

/** The harmless part of the data that Baileys logs with a sentence: numbers, booleans, the first line of an error. */
function describe(fields: unknown): string {
  if (typeof fields !== 'object' || fields === null) return '';
  const words = Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
    if (value instanceof Error) return [`${name}=${value.name}: ${firstLine(value.message)}`];
    if (name === 'trace' && typeof value === 'string') return [`${name}=${firstLine(value)}`];
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    return isPlain && !secretName.test(name) ? [`${name}=${value}`] : [];
  });
  return words.join(' ');
}

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, longestText);

/**
 * The logger that Baileys gets instead of its own, which writes to stdout. Its level is never "trace", at which Baileys
 * would log whole stanzas. An error of the engine is logged as an error, whatever level Baileys uses.
 */
export function createBaileysLogger(
  log: EngineLog | undefined,
  onError: OnEngineError = () => undefined,
): ILogger {
  const at = (level: EngineLogLevel) => (fields: unknown, sentence?: string) => {
    const isError = isEngineError(level === 'error', sentence ?? '', fields);
    if (!log && !isError) return;
    // When the sentence is the first argument, the second may be a whole stanza.
    const words =
      typeof fields === 'string' ? [firstLine(fields)] : [firstLine(sentence ?? ''), describe(fields)];
    const message = words.filter((word) => word !== '').join(' ');
    log?.(isError ? 'error' : level, message);
    if (isError) onError(message);
  };
  const logger: ILogger = {
    level: log ? 'debug' : 'silent',
    child: () => logger,
    trace: () => undefined,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
  return logger;
}
