// The script of /docs: asks for the token, then shows /openapi.json in Swagger UI, which it loads only then.
import { make } from './dom.ts';
import { loginView } from './login-view.ts';
import { makeMarkdown } from './markdown.ts';
import type { Render } from './markdown.ts';

/** An OpenAPI document, as far as it is looked at. */
type Description = {
  servers?: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
type Operation = {
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
};

/** https://swagger.io/docs/open-source-tools/swagger-ui/customization/plugin-api/ */
type Plugin = (system: { readonly React: { readonly createElement: Render } }) => object;
type Request = { readonly url: string; readonly headers: Record<string, string>; credentials?: string };
type SwaggerUI = (options: {
  readonly spec: Description;
  readonly domNode: HTMLElement;
  readonly plugins: readonly Plugin[];
  readonly requestInterceptor: (request: Request) => Request;
  readonly showMutatedRequest: boolean;
  readonly validatorUrl: null;
  readonly docExpansion: 'list';
  readonly defaultModelsExpandDepth: number;
  readonly onComplete: () => void;
}) => void;

const main = document.querySelector('main') ?? document.body;
/** Below "/", or where a proxy has put that. */
const here = (path: string): string => new URL(path, location.href).href;

const login = loginView(async (token) => {
  const authorization = `Bearer ${token}`;
  try {
    const response = await fetch(here('openapi.json'), {
      headers: { authorization },
      cache: 'no-store',
      credentials: 'omit',
    });
    if (response.status === 401) return 'The token is wrong.';
    if (!response.ok) return `wactl answered ${String(response.status)}.`;
    await show((await response.json()) as Description, authorization);
    return undefined;
  } catch {
    return 'wactl cannot be reached.';
  }
});

/** A stream that never ends would never be shown. */
const isOnlyStream = ({ responses }: Operation): boolean =>
  Object.keys(responses?.['200']?.content ?? {}).join() === 'text/event-stream';

async function show(spec: Description, authorization: string): Promise<void> {
  const style = make('link', { rel: 'stylesheet', href: here('docs/viewer.css') });
  const isStyled = new Promise((resolve, reject) => {
    style.addEventListener('load', resolve);
    style.addEventListener('error', reject);
  });
  document.head.append(style);
  const [{ default: swaggerUi }] = await Promise.all([
    import(here('docs/viewer.js')) as Promise<{ readonly default: SwaggerUI }>,
    isStyled,
  ]);
  // The style of the login would reach into the viewer.
  document.querySelector('style')?.remove();
  document.title = 'wactl API';
  followScheme();
  const ours: Plugin = ({ React: { createElement } }) => ({
    components: {
      Markdown: makeMarkdown(createElement),
      // Requests have the token that was given at the login.
      authorizeBtn: () => null,
      authorizeOperationBtn: () => null,
    },
    statePlugins: {
      spec: {
        wrapSelectors: {
          allowTryItOutFor:
            (allows: (state: unknown, path: string, method: string) => boolean) =>
            (state: unknown, path: string, method: string) =>
              !isOnlyStream(spec.paths[path]?.[method] ?? {}) && allows(state, path, method),
        },
      },
    },
  });
  const place = make('div');
  swaggerUi({
    spec: { ...spec, servers: [{ url: here('.').replace(/\/$/, '') }] },
    domNode: place,
    plugins: [ours],
    // What is shown of a request does not have the token.
    showMutatedRequest: false,
    requestInterceptor: (request) =>
      Object.assign(request, {
        headers: { ...request.headers, Authorization: authorization },
        credentials: 'omit',
      }),
    validatorUrl: null,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    onComplete: () => main.replaceChildren(place),
  });
}

/** Light or dark, as the system is. */
function followScheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => void document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}

main.replaceChildren(login.root);
login.ask(undefined);
