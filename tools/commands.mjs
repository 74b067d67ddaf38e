// The commands of package.json that are programs of the npm packages, or a script without flags of its own: what they run,
// and what --help says of them. Those with flags keep theirs in a flags.mjs beside them.

/** @typedef {import('./flags.mjs').Command} Command */

/** @typedef {readonly (readonly [string, ...string[]])[]} Programs in order; arguments that a person adds go to the last one */

/** @type {Programs} */
const TYPECHECK = ['tsconfig.page.json', 'tsconfig.worker.json', 'tsconfig.json'].map((file) => ['tsc', '-p', file]);
/** @type {Programs} */
const LINT = [['biome', 'check']];

/** Programs of the npm packages that a command runs. @type {Readonly<Record<string, Programs>>} */
export const programs = {
  dev: [['vite']],
  build: [['vite', 'build']],
  typecheck: TYPECHECK,
  check: [...TYPECHECK, ...LINT],
  lint: LINT,
  format: [['biome', 'check', '--write']],
  'test:node': [['vitest', 'run', '--project', 'node']],
  'test:browser': [['vitest', 'run', '--project', 'browser']],
  'test:e2e': [
    ['vite', 'build'],
    ['vitest', 'run', '--project', 'e2e'],
  ],
  'test:firefox': [
    ['vite', 'build'],
    ['vitest', 'run', '--project', 'firefox'],
  ],
};

const TESTS = 'Exit 0 where all pass, 1 where not.';

/** @param {string} project @param {string} what @param {string} example @returns {Omit<Command, 'name'>} */
const testsOf = (project, what, example) => ({
  what: `${what} A folder or file among the arguments runs the tests in it alone.`,
  usage: '[FILE…]',
  passes: 'vitest',
  examples: [`npm run test:${project} -- ${example}`],
  exit: TESTS,
});

/** @type {Readonly<Record<string, Omit<Command, 'name'>>>} */
const COMMANDS = {
  start: {
    what: 'Installs, builds and serves the page, to this machine alone, and opens it in a browser where there is one. Ctrl+C ends it.',
    usage: '[--port N] [--base PATH]',
    groups: {
      '': {
        port: {
          value: 'N',
          number: { whole: true, least: 0, most: 65535 },
          help: 'the port; where it is taken, the next free one of a hundred; 0 is any free one (default: 4173)',
        },
        base: { value: 'PATH', help: 'path of the site, as "/adaptab/" (default: /)' },
      },
    },
    examples: ['npm start -- --port 8080'],
  },
  test: {
    what: 'Every check, from nothing: installs, checks types, formats and lints, builds, and runs all tests. The last line is "N passed, M failed".',
    usage: '',
    examples: ['npm test'],
    exit: TESTS,
  },
  dev: {
    what: 'A development server, without the offline copy and without the security policy.',
    usage: '[--port N]',
    passes: 'vite',
    examples: ['npm run dev -- --port 8080'],
  },
  build: {
    what: 'Builds the site into dist/, for any static host and any path.',
    usage: '',
    passes: 'vite build',
    examples: ['npm run build'],
  },
  check: {
    what: 'Types of page, worker, tests and tools; then formatter and linter.',
    usage: '',
    passes: 'biome check',
    examples: ['npm run check'],
    exit: 'Exit 0 where nothing is found.',
  },
  typecheck: {
    what: 'Types of page, worker, tests and tools.',
    usage: '',
    passes: 'tsc',
    examples: ['npm run typecheck'],
    exit: 'Exit 0 where nothing is found.',
  },
  lint: {
    what: 'Formatter, linter and the direction of imports; changes nothing.',
    usage: '[FILE…]',
    passes: 'biome check',
    examples: ['npm run lint -- src tools'],
    exit: 'Exit 0 where nothing is found.',
  },
  format: {
    what: 'Puts formatting and the order of imports right, in the files.',
    usage: '[FILE…]',
    passes: 'biome check',
    examples: ['npm run format -- src tools'],
  },
  'test:node': testsOf('node', 'Tests of engine and tools, in Node, whose GPU is Dawn.', 'test/ops/add'),
  'test:wgpu': testsOf(
    'wgpu',
    'Tests of ops and golden cases, in Deno, whose GPU is wgpu on lavapipe.',
    'test/ops/add',
  ),
  'test:browser': testsOf('browser', 'Tests of elements and of what needs a browser, in Chromium.', 'test/ui'),
  'test:e2e': testsOf('e2e', 'Builds, then does what a person does, in Chromium.', 'test/e2e/site'),
  'test:firefox': testsOf('firefox', 'Builds, then does what a person does, in Firefox.', 'test/firefox'),
  record: {
    what: 'Trains on the sample of each task and writes down the runs that the first screen plays: public/recorded/text.json and actions.json.',
    usage: '',
    examples: ['npm run record'],
  },
  picture: {
    what: "Trains on the sample and takes the README's two pictures of the page: tools/picture/page.png and freeze.png.",
    usage: '',
    examples: ['npm run picture'],
  },
};

/** @param {string} name of a script of package.json @returns {Command} */
export function commandOf(name) {
  const command = COMMANDS[name];
  if (!command) throw new Error(`${name} is no command of tools/commands.mjs`);
  return { name, ...command };
}
