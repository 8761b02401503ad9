import { extname } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { qrFormats, qrStyles } from '../domain/qr-output.ts';
import type { QrFormat, QrStyle } from '../domain/qr-output.ts';
import type { OtherWays, QrTarget } from '../ports/io.ts';
import { UsageError } from '../errors.ts';
import { addWeb } from './web-page.ts';
import type { WebFlags } from './web-page.ts';

export type QrFlags = WebFlags & {
  readonly format?: QrFormat;
  readonly output?: string;
  readonly style?: QrStyle;
  readonly invert?: boolean;
};

/** The flags that say where a QR goes and how it is drawn. */
export const addQrFlags = (command: Command): Command =>
  addWeb(command, ['format', 'output', 'style', 'invert', 'detach', 'connect'])
    .addOption(new Option('--format <format>', 'how to output the QR (default: terminal)').choices(qrFormats))
    .addOption(
      new Option(
        '--output <file>',
        'write the QR to this file (.png, .svg, .txt); each new QR replaces the last',
      ).conflicts(['style', 'invert']),
    )
    .addOption(new Option('--style <style>', 'how to draw the QR in the terminal').choices(qrStyles))
    .option('--invert', 'swap black and white in the terminal');

const formatsByExtension: Readonly<Record<string, QrFormat>> = {
  '.png': 'png',
  '.svg': 'svg',
  '.txt': 'raw',
};

const noOtherWays: OtherWays = { short: [], commands: [] };

/** Where to show the QR here; null if a page shows it, or if only --json events carry it. Throws UsageError for flags that cannot work. */
export function qrTarget(cx: Context, flags: QrFlags, otherWays: OtherWays = noOtherWays): QrTarget | null {
  const { output: path } = flags;
  if (path !== undefined) {
    const byName = formatsByExtension[extname(path).toLowerCase()];
    const format = flags.format ?? byName;
    if (flags.format && byName && flags.format !== byName) {
      throw new UsageError(
        `--format ${flags.format} contradicts --output "${path}"`,
        'leave out --format, or give the file another ending',
      );
    }
    if (format && format !== 'terminal') return { to: 'file', format, path };
    throw new UsageError(
      `unknown format of --output "${path}"`,
      'end it in .png, .svg or .txt, or add --format',
    );
  }
  const format = flags.format ?? 'terminal';
  if (format !== 'terminal' && (flags.style !== undefined || flags.invert)) {
    const flag = flags.style === undefined ? '--invert' : '--style';
    throw new UsageError(
      `${flag} is about the terminal, not about --format ${format}`,
      'leave out one of them',
    );
  }
  if (cx.io.json || flags.web) return null;
  if (format === 'terminal') {
    const style = flags.style ?? cx.settings.qrStyle;
    // Plain characters survive a log file; block drawing needs a terminal that redraws.
    if (cx.io.canDraw || style === 'ascii')
      return { to: 'terminal', style, invert: flags.invert ?? false, otherWays };
    throw new UsageError(
      'there is no terminal to draw the QR on',
      'use --web, --json, --format raw, --output qr.png, --style ascii, or pair by code',
    );
  }
  if (format === 'png' && cx.io.stdoutIsTerminal) {
    throw new UsageError('a PNG would garble this terminal', 'add --output qr.png, or redirect stdout');
  }
  return { to: 'stdout', format };
}
