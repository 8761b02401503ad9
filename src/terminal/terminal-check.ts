import { ok, warning } from '../domain/finding.ts';
import type { QrStyle } from '../domain/qr-output.ts';
import type { Check } from '../ports/doctor.ts';
import type { Io } from '../ports/io.ts';

/** `terminal`: how a QR is drawn here, and why so. */
export const terminalCheck = (io: Pick<Io, 'explainQr'>, settings: { readonly qrStyle: QrStyle }): Check => ({
  name: 'terminal',
  needs: ['settings'],
  timeoutMs: 4_000,
  async examine() {
    const report = await io.explainQr(settings.qrStyle);
    if (report === null) return ok('no QR is drawn: stderr is not a terminal that can be drawn on');
    if (report.fits) return ok(report.reason);
    return warning(report.reason, 'enlarge the terminal or zoom out; or use: wactl create --web');
  },
});
