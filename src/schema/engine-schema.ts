import * as v from 'valibot';
import { versionSources } from '../domain/engine.ts';
import type { EngineRecord } from '../domain/engine.ts';
import { count, object, oneOf, seconds, text, time } from './field-schemas.ts';

/** The program that runs sessions. */
export const engineSchema = object({
  name: text,
  version: text,
  whatsapp_version: text,
  whatsapp_version_source: oneOf(versionSources),
  whatsapp_version_fetched_at: v.nullable(time),
  uptime_seconds: seconds,
  rss_bytes: count,
});

export type EngineDocument = v.InferInput<typeof engineSchema>;

/** Undoes `engineRecord`. */
export const engineOf = (record: v.InferOutput<typeof engineSchema>): EngineRecord => ({
  name: record.name,
  version: record.version,
  whatsappVersion: record.whatsapp_version,
  whatsappVersionSource: record.whatsapp_version_source,
  whatsappVersionFetchedAt: record.whatsapp_version_fetched_at,
  uptimeSeconds: record.uptime_seconds,
  rssBytes: record.rss_bytes,
});
