import { toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type { ConversionConfig } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { documentSchemas } from './document-schemas.ts';

/** A JSON Schema (2020-12, as OpenAPI 3.1 takes it). */
export type JsonSchema = Readonly<Record<string, unknown>>;

const objects = ['object', 'strict_object'];

const config: ConversionConfig = {
  target: 'draft-2020-12',
  // Documents as they are sent, before times become dates.
  typeMode: 'input',
  // What metadata beside them says, and what JSON cannot have.
  ignoreActions: ['check', 'finite'],
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  // Reading passes over unknown fields, but wactl sends none.
  overrideSchema: ({ valibotSchema, jsonSchema }) =>
    objects.includes(valibotSchema.type) ? { ...jsonSchema, additionalProperties: false } : undefined,
};

/** All documents, as the components of OpenAPI. */
export const jsonSchemas = () =>
  toJsonSchemaDefs(documentSchemas, config) as Readonly<Record<keyof typeof documentSchemas, JsonSchema>>;

/** What is not a document, such as a parameter of a query. */
export const jsonSchemaOf = (schema: GenericSchema): JsonSchema => {
  const converted: Record<string, unknown> = { ...toJsonSchema(schema, config) };
  delete converted['$schema'];
  return converted;
};
