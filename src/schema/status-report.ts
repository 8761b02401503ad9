import type { StatusReport } from '../domain/held.ts';
import { liveStatusDocument, storedStatusDocument } from './status-document.ts';

/** The `status` document of a report, wherever it comes from. */
export const statusReportDocument = (report: StatusReport) =>
  report.source === 'store' ? storedStatusDocument(report.session) : liveStatusDocument(report);
