import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The rooms of the house, from the ground up: folders and files of src/, and the shaders beside it. Each may import
 * those before it, and nothing else. `node tools/rooms.mjs` writes the lint rules that follow from it into biome.json.
 */
export const rooms = [
  'shaders/',
  'random.ts',
  'shuffle.ts',
  'settings/',
  'problem.ts',
  'containers/',
  'filter/',
  'gpu/',
  'tape/',
  'ops/',
  'plan/',
  'model/',
  'dataset/',
  'recording/',
  'tokens/',
  'train/',
  'adapter/',
  'base/',
  'fit/',
  'run/',
  'tasks/',
  'worker/',
];

/** What the page, in another thread, may import of those: settings, words and the conversation, nothing of the engine. */
const doors = ['settings/', 'problem.ts', 'worker/api.ts', 'worker/connect.ts'];

/** The rooms of the page, from the ground up. */
const page = ['pwa/', 'ui/'];

/** How deep folders are nested in a room. */
const DEPTHS = [1, 2];

/** @param {string} room @param {number} depth folders between src/ and the file that imports */
function imported(room, depth) {
  const up = '../'.repeat(depth) || './';
  if (room === 'shaders/') return `${'../'.repeat(depth + 1)}shaders/**`;
  return up + (room.endsWith('/') ? `${room}**` : room.replace(/\.ts$/, ''));
}

/** @param {string} room @param {readonly string[]} allowed @param {number} depth */
function rule(room, allowed, depth) {
  const outside = depth === 0 ? ['./**', '../**'] : [`${'../'.repeat(depth)}**`];
  const patterns = [
    {
      group: [...outside, ...allowed.map((other) => `!${imported(other, depth)}`)],
      message: `${room} may import ${allowed.join(' ') || 'nothing'}: see tools/rooms.mjs.`,
    },
  ];
  return {
    includes: [depth === 0 ? `src/${room}` : `src/${room}${'*/'.repeat(depth - 1)}*.ts`],
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } } },
  };
}

/** The import rules of all rooms, as biome wants them. */
export function importRules() {
  const allowed = [
    ...rooms.slice(1).map((room, n) => ({ room, below: rooms.slice(0, n + 1) })),
    ...page.map((room, n) => ({ room, below: [...doors, ...page.slice(0, n)] })),
  ];
  return allowed.flatMap(({ room, below }) =>
    (room.endsWith('/') ? DEPTHS : [0]).map((depth) => rule(room, below, depth)),
  );
}

/** biome.json with these rules in front of its own. @param {{overrides: {linter: {rules: object}}[]}} config */
export function withImportRules(config) {
  const others = config.overrides.filter(({ linter }) => !JSON.stringify(linter).includes('noRestrictedImports'));
  return { ...config, overrides: [...importRules(), ...others] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../biome.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(withImportRules(JSON.parse(readFileSync(file, 'utf8'))), null, 2)}\n`);
}
