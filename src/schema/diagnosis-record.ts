import type { Diagnosis } from '../domain/finding.ts';
import type { DiagnosisDocument } from './diagnosis-schema.ts';

/** A diagnosis, as scripts see it. */
export const diagnosisRecord = ({ results, mended }: Diagnosis): DiagnosisDocument => ({
  ok: results.every(({ finding }) => finding.status !== 'failed'),
  checks: results.map(({ name, finding: { status, details, remedy } }) => ({
    name,
    status,
    details,
    remedy,
  })),
  ...(mended && { fixed: [...mended] }),
});
