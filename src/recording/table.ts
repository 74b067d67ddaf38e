import Papa from 'papaparse';
import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { ProblemError, problem } from '../problem';
import type { RecordingColumns } from '../settings/actions';
import type { EpisodeBuilder } from './episodes';
import { readText } from './files';
import { TASK_NAMES, type TaskList } from './tasks';

const FIX = 'Name the columns "state_0", "action_0" and so on, or "state.shoulder" and "action.shoulder".';
const EPISODE_NAMES = ['episode_index', 'episode', 'episode_id'];
const TIME_NAMES = ['timestamp', 'time', 't'];

interface Columns {
  readonly state: readonly number[];
  readonly action: readonly number[];
  readonly names: { readonly state: readonly string[]; readonly action: readonly string[] };
  readonly episode: number;
  readonly time: number;
  readonly task: number;
}

/**
 * Adds the frames of a .csv or .tsv: a column for each joint of state and action, and columns of episode, time and task where there
 * are any. Without an episode column all is one episode, number `next`.
 *
 * @throws ProblemError that names the file
 */
export async function addTable(
  { file, choice }: { readonly file: StoredFile; readonly choice: RecordingColumns },
  next: number,
  builder: EpisodeBuilder,
  tasks: TaskList,
  problems: Problem[],
): Promise<{ readonly next: number; readonly names: Columns['names'] }> {
  const text = (await readText(file)).replace(/^\ufeff|[\r\n]+$/g, ''); // a last line that is empty hides the separator of a short table
  let columns: Columns | null = null;
  let last = next - 1;
  const bad: number[] = [];
  let line = 0;
  let decimalComma = false;
  const numberIn = (cell: string | undefined) => numberOf(cell, decimalComma);
  const addRow = (cells: readonly string[]) => {
    line++;
    if (!columns) {
      columns = findColumns(cells, choice, file.path);
      return;
    }
    if (cells.length === 1 && cells[0]!.trim() === '') return;
    const numbers = (places: readonly number[]) => places.map((place) => numberIn(cells[place]));
    const state = numbers(columns.state);
    const action = numbers(columns.action);
    const own = columns.episode < 0 ? 0 : numberIn(cells[columns.episode]);
    if (!Number.isSafeInteger(own) || own < 0 || ![...state, ...action].every(Number.isFinite)) bad.push(line);
    const episode = next + (Number.isSafeInteger(own) && own >= 0 ? own : 0);
    last = Math.max(last, episode);
    builder.add(episode, {
      state,
      action,
      ...(columns.time < 0 ? {} : { timestamp: numberIn(cells[columns.time]) }),
      task: tasks.place((columns.task < 0 ? '' : (cells[columns.task] ?? '')).trim().slice(0, 500)),
    });
  };
  Papa.parse<string[]>(text, {
    step({ data, meta }) {
      decimalComma = meta.delimiter !== ',';
      addRow(data);
    },
  });
  const found = columns as Columns | null;
  if (!found) throw problem('The table is empty.', file.path, FIX);
  if (bad.length > 0)
    problems.push({
      what: `${bad.length} ${bad.length === 1 ? 'row has' : 'rows have'} a cell that is no number; the episodes they are in are left out.`,
      where: `${file.path}, line ${bad[0]}`,
      fix: 'Fill in or remove these rows.',
    });
  return { next: last + 1, names: found.names };
}

function findColumns(header: readonly string[], choice: RecordingColumns, where: string): Columns {
  const titles = header.map((title) => title.trim());
  const state =
    chosenColumns(titles, choice.state) ??
    jointColumns(titles, /^(?:observation[./_])?(?:state|states|qpos|joint_positions?)(?:[._/[\s-]+(.+?)\]?)?$/i);
  const action =
    chosenColumns(titles, choice.action) ?? jointColumns(titles, /^(?:action|actions)(?:[._/[\s-]+(.+?)\]?)?$/i);
  for (const [role, found] of [['state', state] as const, ['action', action] as const]) {
    if (found.length > 0) continue;
    const listed = titles.slice(0, 8).map((title) => JSON.stringify(title.slice(0, 40)));
    const what = `No columns of the robot's ${role} were found among ${listed.join(', ')}.`;
    const others = new Set([...EPISODE_NAMES, ...TIME_NAMES, ...TASK_NAMES]);
    const columns = titles.filter((title) => title !== '' && !others.has(title.toLowerCase()));
    throw new ProblemError({ what, where, fix: FIX, columns });
  }
  const named = (names: readonly string[]) => titles.findIndex((title) => names.includes(title.toLowerCase()));
  return {
    state: state.map(({ place }) => place),
    action: action.map(({ place }) => place),
    names: { state: state.map(({ name }) => name), action: action.map(({ name }) => name) },
    episode: named(EPISODE_NAMES),
    time: named(TIME_NAMES),
    task: named(TASK_NAMES),
  };
}

/** Columns that a person chose, by their titles; empty where one is not there. */
function chosenColumns(titles: readonly string[], chosen: readonly string[] | undefined) {
  if (!chosen) return null;
  const found = chosen.map((name) => ({ place: titles.indexOf(name), name }));
  return found.every(({ place }) => place >= 0) ? found : [];
}

const jointColumns = (titles: readonly string[], pattern: RegExp) =>
  titles.flatMap((title, place) => {
    const match = pattern.exec(title.slice(0, 200));
    return match ? [{ place, name: match[1] ?? title }] : [];
  });

/** A cell as a number; where the comma separates no cells, it may stand for the point. */
function numberOf(cell: string | undefined, decimalComma: boolean): number {
  const text = cell?.trim() ?? '';
  if (text === '') return Number.NaN;
  return Number(decimalComma ? text.replace(/^([+-]?\d*),(?=\d+(e[+-]?\d+)?$)/i, '$1.') : text);
}
