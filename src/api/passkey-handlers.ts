import { showPairCode } from '../domain/pair-code.ts';
import { parseBySchema } from '../schema/parse-by-schema.ts';
import { passkeyAnswerSchema } from '../schema/passkey-schema.ts';
import { answer } from './answer.ts';
import type { Handler } from './api-request.ts';
import type { ApiParts } from './parts.ts';

/** The passkey of an account that is being linked. */
export function passkeyHandlers({ wactl }: ApiParts) {
  const showPasskey: Handler = async ({ id, asked }) =>
    answer<'Passkey'>(await wactl.passkey(id, { signal: asked }));

  const answerPasskey: Handler = async ({ id, body, signal }) => {
    const { assertion } = parseBySchema(passkeyAnswerSchema, body);
    const { code, needsConfirmation } = await wactl.answerPasskey(id, JSON.stringify(assertion), { signal });
    return answer<'PasskeyCode'>({ id, code: showPairCode(code), needs_confirmation: needsConfirmation });
  };

  const confirmPasskey: Handler = async ({ id, signal }) => {
    const { status, details } = await wactl.confirmPasskey(id, { signal });
    return answer<'ActionResult'>({ id, status, details });
  };

  return { showPasskey, answerPasskey, confirmPasskey };
}
