import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { asProblem, problem } from '../../src/problem';
import type { FileInFolder } from '../../src/recording/report';
import { type Given, readFlags, UsageError } from '../flags.mjs';
import { printJson } from '../json_command';
import { describeRecording } from './actions';
import { pathsOf, refuseForeign, type TaskId } from './choices.mjs';
import { filesOf, type NamedFile } from './files.mjs';
import { command } from './flags.mjs';
import { describeText } from './text';

/** What a task says of files, and whether something can be trained on. */
type Describe = (files: readonly FileInFolder[], given: Given) => Promise<{ json: object; ok: boolean }>;

const TASKS: Readonly<Record<TaskId, Describe>> = { text: describeText, actions: describeRecording };

/** `npm run data -- --task TASK FILE… [options]`: what is understood of files, as JSON. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  let ok = false;
  const code = await printJson(async () => {
    const { values, files } = readFlags(command, args);
    const task = values.task as TaskId | undefined;
    if (!task) throw new UsageError('--task is missing.', 'Write --task text or --task actions.');
    refuseForeign(task, values);
    const paths = pathsOf(values, files);
    const named = namedFiles(paths);
    if (named.length === 0)
      throw problem('There is no file in it.', paths.join(', '), 'Name a folder that holds the data.');
    const described = await TASKS[task](await Promise.all(named.map(opened)), values);
    ok = described.ok;
    return described.json;
  });
  return code === 0 && !ok ? 1 : code;
}

/** @throws ProblemError where nothing lies at a path */
function namedFiles(paths: readonly string[]): readonly NamedFile[] {
  return paths.flatMap((path) => {
    try {
      return filesOf(path, paths);
    } catch (error) {
      throw problem(`The file cannot be read: ${asProblem(error).what}`, path, 'Check its name.');
    }
  });
}

const opened = async ({ path, onDisk }: NamedFile): Promise<FileInFolder> => ({
  path,
  file: new File([await openAsBlob(onDisk)], basename(onDisk)),
});
