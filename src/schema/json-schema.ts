import { toJsonSchemaDefs } from '@valibot/to-json-schema';
import type { ConversionConfig, JsonSchema } from '@valibot/to-json-schema';
import { documentSchemas } from './document-schemas.ts';

const objects = ['object', 'strict_object'];

const config: ConversionConfig = {
  target: 'draft-2020-12',
  // Documents as they are sent, before times become dates.
  typeMode: 'input',
  // Metadata beside them says the same.
  ignoreActions: ['check', 'finite'],
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  // Who reads passes over unknown fields; wactl sends none.
  overrideSchema: ({ valibotSchema, jsonSchema }) =>
    objects.includes(valibotSchema.type) ? { ...jsonSchema, additionalProperties: false } : undefined,
};

/** All documents as the components of OpenAPI. */
export const jsonSchemas = (): Readonly<Record<string, JsonSchema>> =>
  toJsonSchemaDefs(documentSchemas, config);
