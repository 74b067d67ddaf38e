import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { importRules, withImportRules } from '../tools/rooms.mjs';

/*
 * What the linter cannot say. Direction of imports, cycles, lengths of files and functions in src/: see biome.json.
 */
const root = join(import.meta.dirname, '..');

interface Source {
  readonly path: string;
  readonly text: string;
}

function sources(folder: string, extension: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name))
    .map((path) => ({ path: relative(root, join(root, path)), text: readFileSync(join(root, path), 'utf8') }));
}

const code = sources('src', '.ts');
const shaders = sources('shaders', '.wgsl');

/** Tasks, by the folders of their halves of the engine. */
const taskNames = readdirSync(join(root, 'src/tasks'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Where `pattern` occurs outside the places that may hold it, as "path:line: text". */
const found = (pattern: RegExp, allowed: (path: string) => boolean = () => false) =>
  code
    .filter(({ path }) => !allowed(path))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line, index) => ({ line: line.trim(), at: `${path}:${index + 1}` }))
        .filter(({ line }) => pattern.test(line) && !/^(\/\/|\/?\*)/.test(line))
        .map(({ line, at }) => `${at}: ${line}`),
    );

test('the rules of imports are those of the list of rooms, and every room of src/ is in it', () => {
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  expect(withImportRules(config)).toEqual(config);
  const ruled = new Set(importRules().flatMap(({ includes }) => includes));
  const outside = ['src/main.ts', 'src/train_page.ts', 'src/download_page.ts', 'src/wgsl.d.ts']; // entries, and a declaration
  const rooms = code.map(({ path }) => (ruled.has(path) ? path : `${path.replace(/[^/]*$/, '')}*.ts`));
  const unruled = rooms.filter((room, n) => !ruled.has(room) && !outside.includes(code[n]!.path));
  expect(unruled.filter((room) => !/^src\/tasks\/[^/]+\/\*\.ts$/.test(room))).toEqual([]);
});

test('only src/gpu/ makes GPU objects, and only src/train/ and src/tasks/ fill its queue too', () => {
  const makes =
    /\.(requestAdapter|requestDevice|importExternalTexture|create(Buffer|Texture|Sampler|QuerySet|BindGroup|BindGroupLayout|PipelineLayout|ShaderModule|ComputePipeline|ComputePipelineAsync))\(/;
  const fills = /\.createCommandEncoder\(|\bqueue\.(submit|write\w+|copy\w+|onSubmittedWorkDone)\(/;
  expect(found(makes, (path) => path.startsWith('src/gpu/'))).toEqual([]);
  expect(found(fills, (path) => /^src\/(gpu|train|tasks)\//.test(path))).toEqual([]);
});

test('nobody asks which task it is: what differs between tasks is in its settings, its engine and its view', () => {
  expect(taskNames).toContain('actions');
  const name = `['"\`](${taskNames.join('|')})['"\`]`;
  // An example of text has a `kind` of that name, which is no task.
  const asks = new RegExp(
    `(?<!kind) [=!]== ${name}|${name} [=!]==|case ${name}|includes\\(${name}\\)|[Tt]ask\\w*: ${name}|\\w\\[${name}\\]`,
  );
  const own = new RegExp(`^src/(settings/|(tasks|ui)/(${taskNames.join('|')})/)`);
  expect(found(asks, (path) => own.test(path))).toEqual([]);
});

test('every task has its settings, and a view that is in the list', () => {
  const views = readFileSync(join(root, 'src/ui/app/views.ts'), 'utf8');
  for (const name of taskNames) {
    expect(views).toContain(`from '../${name}/view'`);
    expect(code.map(({ path }) => path)).toContain(`src/settings/${name}.ts`);
  }
});

test('only the entries of the two threads answer a page, and none is started but sealed', () => {
  const entries = ['src/worker/entry.ts', 'src/download/thread.ts'];
  expect(found(/\bexpose\(/, (path) => entries.includes(path))).toEqual([]);
  expect(found(/\bnew (Shared)?Worker\(/, (path) => path === 'src/worker/sealed_worker.ts')).toEqual([]);
  for (const entry of entries)
    expect(code.find(({ path }) => path === entry)?.text).toMatch(/^import '(\.|\.\.\/worker)\/sealed';/);
});

test('nothing is built from text at run time', () => {
  expect(found(/\beval\(|\bnew Function\b|\b(inner|outer)HTML\b|insertAdjacentHTML|unsafe(HTML|SVG)\b/)).toEqual([]);
  expect(found(/\bset(Timeout|Interval)\(\s*['"`]/)).toEqual([]);
});

test('no shader is written in TypeScript', () => {
  expect(found(/@workgroup_size\(|\bvar<(storage|uniform|workgroup)|\boverride [A-Z]/)).toEqual([]);
});

test('no address of another origin is in the code', () => {
  expect(found(/\b(fetch|import|WebSocket|EventSource|sendBeacon)\(\s*['"`](https?|wss?):/)).toEqual([]);
});

test('no shader is longer than 300 lines', () => {
  expect(shaders.length).toBeGreaterThan(0);
  const long = shaders
    .map(({ path, text }) => `${path}: ${text.split('\n').length}`)
    .filter((line) => Number(line.split(': ')[1]) > 300);
  expect(long).toEqual([]);
});
