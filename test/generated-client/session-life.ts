// What a person writes against the types that openapi-typescript makes of /openapi.json. openapi.ts is made by the test, which
// type-checks both beside each other and then runs this.
import type { Client } from 'openapi-fetch';
import type { components, paths, webhooks } from './openapi.ts';

type Api = Client<paths>;
type Failure = components['schemas']['Error'];
type Delivery = webhooks[keyof webhooks]['post']['requestBody']['content']['application/json'];

export type World = {
  /** A phone that scans a QR. */
  readonly scan: (qr: string) => void;
  readonly webhook: { readonly url: string; readonly secret: string };
  /** Resolves with the body of the next delivery. */
  readonly delivered: () => Promise<unknown>;
};

/** The data of an answer. Throws what the server says in its place. */
function dataOf<T>({ data, error }: { data?: T; error?: Failure }): T {
  if (error) throw new Error(`${error.error.code}: ${error.error.message}`);
  if (data === undefined) throw new Error('an answer without data');
  return data;
}

/** A session from its first QR to its end: what came of each step, in turn. */
export async function sessionLife(api: Api, { scan, webhook, delivered }: World): Promise<string[]> {
  const told: string[] = [];
  const at = { params: { path: { id: 'shop' } } };

  const made = dataOf(
    await api.POST('/api/v1/sessions', {
      body: {
        id: 'shop',
        name: 'Shop',
        webhook: { ...webhook, events: ['session.logged_in', 'session.disconnected'] },
      },
    }),
  );
  told.push(`created ${made.id}, paired: ${String(made.paired)}`);

  const qr = dataOf(await api.GET('/api/v1/sessions/{id}/qr', at));
  if (!('qr_codes' in qr)) throw new Error(`no QR: ${qr.status}`);
  const [payload] = qr.qr_codes;
  if (payload === undefined) throw new Error('a QR without its text');
  told.push(`QR ${String(qr.seq)}`);

  scan(payload);
  const linked = (await delivered()) as Delivery;
  told.push(`delivered ${linked.type}`);

  const status = dataOf(await api.GET('/api/v1/sessions/{id}/status', at));
  told.push(`${status.status}, logged in: ${String(status.is_logged_in)}`);

  const device = dataOf(await api.GET('/api/v1/sessions/{id}/device', at));
  told.push(`device of +${device.phone_number}`);

  const tested = dataOf(await api.POST('/api/v1/sessions/{id}/webhook/test', at));
  const test = (await delivered()) as Delivery;
  told.push(`${test.type}, delivered: ${String(tested.delivered)}`);

  told.push(dataOf(await api.POST('/api/v1/sessions/{id}/disconnect', at)).status);
  told.push(`delivered ${((await delivered()) as Delivery).type}`);

  const { sessions, total } = dataOf(
    await api.GET('/api/v1/sessions', { params: { query: { status: 'disconnected' } } }),
  );
  told.push(`${String(total)} disconnected: ${sessions.map(({ id }) => id).join()}`);

  const { deleted, id } = dataOf(await api.DELETE('/api/v1/sessions/{id}', at));
  told.push(`deleted ${id}: ${String(deleted)}`);

  const { error } = await api.GET('/api/v1/sessions/{id}', at);
  told.push(`then ${error?.error.code ?? 'still there'}`);
  return told;
}
