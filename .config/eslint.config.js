// Lint rules, and the walls of the house: which folder of src/ may import what.
import tseslint from 'typescript-eslint';

/** Packages that only the named folders may import. */
const packageHomes = {
  '@whiskeysockets/baileys': ['whatsapp', 'sandbox'],
  libsignal: ['whatsapp', 'sandbox'],
  chalk: ['io'],
  ora: ['io'],
  'qrcode-terminal': ['io'],
  'rotating-file-stream': ['io'],
  libsql: ['store'],
  conf: ['settings'],
  commander: ['program', 'commands'],
};

/** What each room may import from the other rooms; its own files always. */
const rooms = {
  errors: [],
  session: ['errors'],
  context: ['session', 'errors'],
  commands: ['context', 'session', 'errors'],
  program: ['commands', 'context', 'session', 'errors'],
  store: ['session', 'errors'],
  whatsapp: ['session', 'errors'],
  holder: ['session', 'errors'],
  io: ['session', 'errors'],
  settings: ['session', 'errors'],
  sandbox: ['session', 'errors'],
};

const isFile = (room) => ['errors', 'context', 'program'].includes(room);

const wall = (room) => {
  const closed = Object.keys(rooms).filter((other) => other !== room && !rooms[room].includes(other));
  const patterns = closed.map((other) => ({
    regex: isFile(other) ? `^(\\.\\./|\\./)${other}\\.ts$` : `^(\\.\\./|\\./)${other}/`,
    message: `${room} may not import ${other} (the walls: docs/architecture.md).`,
  }));
  patterns.push({ regex: '/main\\.ts$', message: 'nothing imports main.ts.' });
  const paths = Object.entries(packageHomes)
    .filter(([, homes]) => !homes.includes(room))
    .map(([name, homes]) => ({
      regex: `^${name}(/|$)`,
      message: `${name} lives in ${homes.join(' and ')} only.`,
    }));
  return {
    files: [isFile(room) ? `src/${room}.ts` : `src/${room}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [...patterns, ...paths] }] },
  };
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '**/*.js', '.config/**'] },
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
  { files: ['src/main.ts'], rules: { 'no-restricted-globals': 'off' } },
  ...Object.keys(rooms).map(wall),
);
