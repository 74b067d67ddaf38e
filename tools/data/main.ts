import { openAsBlob, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { asProblem, problem } from '../../src/problem';
import type { FileInFolder } from '../../src/recording/report';
import { describeRecording } from './actions';
import { describeText } from './text';

const USAGE = `npm --silent run data -- --task text|actions FILE… [options]

Prints as JSON what is understood of files, as the page would read them. A folder is a FILE too: all that is in it.
Exit 0 where something can be trained on, 1 where not. No browser and no GPU are used.

  --task text|actions        what the files are read for
  --help                     this text

Text
  --length TOKENS            tokens of a window; without it, as long as the longest conversation, up to what the base allows
  --columns FILE:PROMPT:COMPLETION
                             columns of a table to learn from, by its file's name; FILE::COMPLETION for plain text; may be repeated
  --voice FILE:NAME          of a chat exported from a messenger, or an archive of such chats: whose messages are learned; without
                             it those of whoever exported it, or answers most in it; may be repeated
  --latin-1 FILE             this file's name: its text is Latin-1 (Windows-1252), not UTF-8; may be repeated
  --heldout SHARE            share of examples held out, 0 to 0.5 (0.1)
  --seed NUMBER              decides what is held out (0)

Actions
  --state-column NAME        a column of the recording that the state is read from; may be repeated, as may the next three
  --action-column NAME       the same of the action
  --joint NAME               a joint that is kept, or several as 0-6
  --camera NAME              a camera that is used
  --state FORM               measured, last-action or last-action-and-lag
  --delta 1,1,0              for each joint whether a difference is learned, or none
  --horizon N, --fps N       actions of a chunk; frames a second`;

/** What a task says of files, and whether something can be trained on. */
type Describe = (files: readonly FileInFolder[], args: readonly string[]) => Promise<{ json: object; ok: boolean }>;

const TASKS: Readonly<Record<string, Describe>> = { text: describeText, actions: describeRecording };

/** `npm run data -- --task TASK FILE… [options]`: what is understood of files, as JSON. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  try {
    const { describe, rest } = taskOf(args);
    const { paths, options } = pathsOf(rest);
    const { json, ok } = await describe(await filesOf(paths), options);
    console.log(JSON.stringify(json, null, 2));
    return ok ? 0 : 1;
  } catch (error) {
    const { what, where = null, fix = null } = asProblem(error);
    console.log(JSON.stringify({ error: { what, where, fix } }, null, 2));
    return 1;
  }
}

const HELP = 'npm run data -- --help lists what can be written.';

function taskOf(args: readonly string[]) {
  const at = args.findIndex((arg) => arg === '--task' || arg.startsWith('--task='));
  if (at < 0) throw problem('--task is missing.', 'command line', `Write --task text or --task actions. ${HELP}`);
  const joined = args[at] !== '--task';
  const name = (joined ? args[at]!.slice('--task='.length) : args[at + 1]) ?? '';
  if (!Object.hasOwn(TASKS, name)) {
    throw problem(`There is no task "${name}".`, '--task', 'Write --task text or --task actions.');
  }
  return { describe: TASKS[name]!, rest: args.filter((_, i) => i !== at && (joined || i !== at + 1)) };
}

/** Every option takes the argument behind it, or behind its "=". */
function pathsOf(args: readonly string[]) {
  const paths: string[] = [];
  const options: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (!arg.startsWith('--')) paths.push(arg);
    else if (arg.includes('=') || i + 1 === args.length) options.push(arg);
    else options.push(arg, args[++i]!);
  }
  if (paths.length === 0) throw problem('No file was named.', 'command line', `Write the path of a file. ${HELP}`);
  return { paths, options };
}

/** The files at these paths, those of folders with where they lie in them; hidden ones are left out, but for a Zarr store's. */
async function filesOf(paths: readonly string[]): Promise<FileInFolder[]> {
  const found: FileInFolder[] = [];
  for (const path of paths) {
    const isFolder = statsOf(path).isDirectory();
    const called = distinctName(path, paths);
    const inside = isFolder ? readdirSync(path, { recursive: true, withFileTypes: true }) : [];
    const files = isFolder
      ? inside.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      : [path];
    for (const file of files.sort()) {
      const below = isFolder ? relative(path, file).split(sep) : [];
      if (below.some((part) => part.startsWith('.') && !part.startsWith('.z'))) continue;
      const name = basename(file);
      const content = new File([await openAsBlob(file)], name);
      found.push({ path: isFolder ? [called, ...below].join('/') : isArchive(path) ? called : name, file: content });
    }
  }
  return found;
}

const isArchive = (path: string) => /\.zip$/i.test(path);

/** What a folder or archive is called: its own name, with those of the folders around it where another has the same name. */
function distinctName(path: string, paths: readonly string[]): string {
  const partsOf = (one: string) => resolve(one).split(sep);
  const parts = partsOf(path);
  const others = paths.map(partsOf).filter((other) => other.join(sep) !== parts.join(sep));
  const isAlone = (name: readonly string[]) =>
    others.every((other) => other.slice(-name.length).join('/') !== name.join('/'));
  let name = parts.slice(-1);
  while (name.length < parts.length && !isAlone(name)) name = parts.slice(-name.length - 1);
  return name.join('/');
}

function statsOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw problem(`The file cannot be read: ${asProblem(error).what}`, path, 'Check its name.');
  }
}
