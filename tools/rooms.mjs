import { readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The rooms of the house, from the ground up: folders and files of src/, and the shaders beside it. Each may import
 * those before it, and nothing else. `node tools/rooms.mjs` writes the lint rules that follow from it into biome.json.
 */
export const rooms = [
  'shaders/',
  'random.ts',
  'best.ts',
  'floats.ts',
  'shuffle.ts',
  'settings/',
  'problem.ts',
  'leaves/',
  'containers/',
  'filter/',
  'gpu/',
  'tape/',
  'ops/',
  'plan/',
  'model/',
  'dataset/',
  'recording/',
  'kept/',
  'prefixes/',
  'tokens/',
  'hub/',
  'policy/',
  'train/',
  'adapter/',
  'base/',
  'fit/',
  'run/',
  'tasks/',
  'worker/',
  'download/',
];

/** What the page, in another thread, may import of those: settings, words and the conversation, nothing of the engine. */
const doors = [
  'best.ts',
  'settings/',
  'problem.ts',
  'worker/api.ts',
  'worker/connect.ts',
  'download/api.ts',
  'download/connect.ts',
];

/** The rooms of the page, from the ground up. */
const page = [
  'pwa/',
  'ui/state/',
  'ui/words/',
  'ui/bench/',
  'ui/parts/',
  'ui/freeze/',
  'ui/run/',
  'ui/runs/',
  'ui/train/',
  'ui/adapter/',
  'ui/models/',
  'ui/text/',
  'ui/actions/',
  'ui/opening/',
  'ui/download/',
  'ui/app/',
];

/** Rooms that hold folders of their own. */
const NESTED = ['tasks/'];

/** Where files of a room lie: in it, or one folder deeper. @param {string} room */
function foldersOf(room) {
  const folder = posix.join('src', room.endsWith('/') ? room : '.');
  return NESTED.includes(room) ? [folder, `${folder}*/`] : [folder];
}

/** As a file in `folder` names another room. @param {string} room @param {string} folder */
function named(room, folder) {
  const path = posix.relative(folder, room === 'shaders/' ? room : posix.join('src', room)).replace(/\.ts$/, '');
  return (path.startsWith('.') ? path : `./${path}`) + (room.endsWith('/') ? '/**' : '');
}

/** @param {string} room @param {readonly string[]} allowed @param {string} folder */
function rule(room, allowed, folder) {
  const isFile = !room.endsWith('/');
  const outside = isFile
    ? ['./**', '../**']
    : [`${posix.join(posix.relative(folder, posix.join('src', room)) || '.', '..')}/**`];
  const patterns = [
    {
      group: [...outside, ...allowed.map((other) => `!${named(other, folder)}`)],
      message: `${room} may import ${allowed.join(' ') || 'nothing'}: see tools/rooms.mjs.`,
    },
  ];
  return {
    includes: [isFile ? `src/${room}` : `${folder}*.ts`],
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } } },
  };
}

/** The import rules of all rooms, as biome wants them. */
export function importRules() {
  const allowed = [
    ...rooms.slice(1).map((room, n) => ({ room, below: rooms.slice(0, n + 1) })),
    ...page.map((room, n) => ({ room, below: [...doors, ...page.slice(0, n)] })),
  ];
  return allowed.flatMap(({ room, below }) => foldersOf(room).map((folder) => rule(room, below, folder)));
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
