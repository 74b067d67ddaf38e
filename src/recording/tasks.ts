import { openParquet } from '../containers/parquet';
import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { readText, refusePointer } from './files';
import { countOf, parseJsonLines, textOf } from './json';
import { reported } from './problems';
import type { Recording } from './recording';

/** What a column of texts may be called that say what is asked for, the likeliest first. */
export const TASK_NAMES = ['task', 'tasks', 'prompt', 'instruction', 'language_instruction'];
/** The index of a table, where pandas had no name for it. */
const INDEX = /^__index_level_\d+__$/;

/** Longest text of a task, characters. */
const LONGEST = 500;
const MOST_TASKS = 2 ** 16;

/** What tasks are called by task_index, from meta/tasks.jsonl (v2.x) or meta/tasks.parquet (v3.0). */
export async function readTasks(
  files: ReadonlyMap<string, StoredFile>,
  problems: Problem[],
): Promise<ReadonlyMap<number, string>> {
  const tasks = new Map<number, string>();
  const lines = files.get('meta/tasks.jsonl');
  const table = files.get('meta/tasks.parquet');
  try {
    if (table) await readTable(table, tasks);
    else if (lines) {
      for (const fields of parseJsonLines(await readText(lines), lines.path))
        keep(tasks, fields.get('task_index'), fields.get('task'));
    }
  } catch (error) {
    problems.push(reported(error));
  }
  return tasks;
}

async function readTable(file: StoredFile, tasks: Map<number, string>) {
  await refusePointer(file);
  const parquet = await openParquet(file);
  // pandas writes the text as the index of the table, under whichever name the index has
  const others = parquet.columns.filter((name) => name !== 'task_index');
  const text =
    TASK_NAMES.find((name) => others.includes(name)) ?? others.find((name) => INDEX.test(name)) ?? others[0] ?? '';
  for await (const group of parquet.rowGroups(['task_index', text])) {
    for (let row = 0; row < group.rows; row++) keep(tasks, group.column('task_index')[row], group.column(text)[row]);
  }
}

function keep(tasks: Map<number, string>, index: unknown, text: unknown) {
  const place = countOf(index);
  const name = textOf(text, LONGEST);
  if (place !== null && name !== null) tasks.set(place, name);
}

/** A recording in which frames that do not say what is asked for are asked for this. */
export const withPrompt = (recording: Recording, prompt = ''): Recording => ({
  ...recording,
  tasks: recording.tasks.map((task) => task || prompt.trim().slice(0, LONGEST)),
});

/** Numbers the texts of tasks in the order in which they are met. */
export interface TaskList {
  /** The place of a text; the same text has the same place. */
  place(text: string): number;
  readonly texts: readonly string[];
}

export function taskList(): TaskList {
  const places = new Map<string, number>();
  const texts: string[] = [];
  return {
    texts,
    place(text) {
      const known = places.get(text);
      if (known !== undefined) return known;
      if (texts.length >= MOST_TASKS) return 0;
      places.set(text, texts.length);
      return texts.push(text) - 1;
    },
  };
}
