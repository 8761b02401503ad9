// Lint rules, and the walls of the house: which folder of src/ may import what.
import tseslint from 'typescript-eslint';

/** Packages that only the named rooms may import. */
const packageHomes = {
  '@valibot/to-json-schema': ['schema'],
  '@hono/node-server': ['api'],
  '@whiskeysockets/baileys': ['whatsapp', 'sandbox'],
  'age-encryption': ['transfer'],
  chalk: ['terminal'],
  commander: ['program', 'commands'],
  conf: ['settings'],
  'env-paths': ['settings'],
  'get-east-asian-width': ['terminal'],
  hono: ['api'],
  'libphonenumber-js': ['domain'],
  libsignal: ['whatsapp', 'sandbox'],
  libsql: ['store'],
  ora: ['terminal'],
  pg: ['store'],
  'prom-client': ['api'],
  'qrcode-terminal': ['terminal'],
  'rotating-file-stream': ['terminal'],
  socks: ['whatsapp'],
  standardwebhooks: ['webhooks'],
  undici: [],
  valibot: ['schema'],
  'swagger-ui-dist': ['page'],
  ws: ['whatsapp', 'sandbox'],
};

/** Rooms that may import the types of a package, and nothing that would load it. */
const typeHomes = { '@whiskeysockets/baileys': ['credentials', 'bots'], ws: ['credentials'] };

/** What each room may import of the others; its own files always. Folders, and files that stand alone. */
const rooms = {
  errors: [],
  'make-private-directory': [],
  'is-stopped': [],
  xeddsa: [],
  domain: ['errors'],
  schema: ['domain', 'errors'],
  ports: ['domain', 'schema', 'errors'],
  app: ['ports', 'domain', 'schema', 'errors'],
  context: ['ports', 'domain', 'errors'],
  commands: ['context', 'ports', 'schema', 'domain', 'errors'],
  help: [],
  program: ['commands', 'help', 'context', 'errors'],
  api: ['app', 'ports', 'schema', 'domain', 'errors', 'make-private-directory'],
  holder: ['ports', 'domain', 'errors'],
  webhooks: ['ports', 'schema', 'domain', 'errors'],
  keys: ['ports', 'domain', 'errors'],
  store: ['keys', 'ports', 'domain', 'errors', 'make-private-directory', 'is-stopped'],
  credentials: ['ports', 'domain', 'errors'],
  whatsapp: ['credentials', 'ports', 'domain', 'errors', 'xeddsa'],
  terminal: ['ports', 'schema', 'domain', 'errors', 'make-private-directory'],
  page: ['ports', 'schema', 'domain', 'errors'],
  devtools: ['domain', 'errors'],
  systemd: ['ports', 'errors'],
  bots: ['holder', 'credentials', 'ports', 'domain', 'errors', 'xeddsa'],
  transfer: ['credentials', 'ports', 'schema', 'domain', 'errors', 'xeddsa'],
  settings: ['ports', 'domain', 'errors', 'make-private-directory'],
  sandbox: ['ports', 'errors', 'xeddsa', 'make-private-directory'],
  background: ['domain', 'errors'],
};

/** These put the rooms together: they import all of them, and none imports them. */
const wiring = ['main', 'baileys', 'compose'];
const files = [
  'errors',
  'make-private-directory',
  'is-stopped',
  'xeddsa',
  'context',
  'program',
  'background',
  'main',
  'baileys',
];
const isFile = (room) => files.includes(room);

/** From however deep a folder of src/. */
const importOf = (room) => `^(\\.{1,2}/)+${room}${isFile(room) ? '\\.ts$' : '/'}`;

const packageWalls = (room) =>
  Object.entries(packageHomes)
    .filter(([, homes]) => !homes.includes(room))
    .map(([name, homes]) => ({
      regex: `^${name}(/|$)`,
      allowTypeImports: typeHomes[name]?.includes(room) ?? false,
      message: homes.length === 0 ? `${name} is not used.` : `${name} lives in ${homes.join(' and ')} only.`,
    }));

const roomWalls = (room) =>
  [...Object.keys(rooms), ...wiring]
    .filter((other) => other !== room && !rooms[room].includes(other))
    .map((other) => ({
      regex: importOf(other),
      message: `${room} may not import ${other} (docs/architecture.md, the walls).`,
    }));

/** Of the ports, those for flags and words: what is done with sessions is one call of Wactl. */
const commandWalls = [
  {
    regex: importOf('ports').replace(
      /\/$/,
      '/(?!(clock|encryption|io|log|page|sandbox|settings|store-copy|tokens|transfer|wactl)\\.ts$)',
    ),
    message: 'a command calls Wactl (docs/architecture.md, the walls).',
  },
];

/** The handlers of use cases read a request, call Wactl once, and answer. */
const handlerWalls = [
  {
    regex: `${importOf('app')}|${importOf('ports')}(?!(clock|wactl)\\.ts$)`,
    message: 'a handler calls Wactl (docs/architecture.md, the walls).',
  },
];
const useCaseHandlers = ['action', 'pairing', 'passkey', 'record', 'webhook'];

const wall = (room, patterns) => ({
  files: [isFile(room) ? `src/${room}.ts` : `src/${room}/**/*.ts`],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

const noBrowser = 'a browser has none.';

const wallsOf = (room) => [
  ...roomWalls(room),
  ...packageWalls(room),
  ...(room === 'commands' ? commandWalls : []),
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '**/*.js', '.config/**', 'test/generated-client/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: new URL('..', import.meta.url).pathname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'PropertyDefinition[accessibility], MethodDefinition[accessibility][kind!="constructor"]',
          message: 'a member is private with #, and public without a word.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: 'only main.ts sees process.' }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'it cuts piped output: set process.exitCode.' },
        { object: 'AbortSignal', property: 'any', message: 'it leaks on Node 20: see join-signals.ts.' },
      ],
    },
  },
  { files: ['src/main.ts', 'src/baileys.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['src/ports/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportNamedDeclaration[exportKind="value"], ImportDeclaration[importKind="value"]',
          message: 'ports are types: a value lives in domain, in errors.ts, or with what makes it.',
        },
      ],
    },
  },
  ...Object.keys(rooms).map((room) => wall(room, wallsOf(room))),
  {
    ...wall('api', [...wallsOf('api'), ...handlerWalls]),
    files: useCaseHandlers.map((name) => `src/api/${name}-handlers.ts`),
  },
  ...wiring.map((room) => wall(room, packageWalls(room))),
  {
    // It runs in a browser, although the types of its documents know Node.
    files: ['src/page/browser/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'global', 'require', 'setImmediate'].map((name) => ({
          name,
          message: noBrowser,
        })),
      ],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [...wallsOf('page'), { regex: '^node:', message: noBrowser }] },
      ],
    },
  },
);
