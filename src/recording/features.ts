import { ProblemError } from '../problem';
import type { RecordingColumns } from '../settings/actions';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './json';

/** A column or camera, as meta/info.json describes it. */
export interface Feature {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly names: unknown;
  readonly fields: Fields;
}

/** Columns of state and of action, side by side in this order. */
export interface Columns {
  readonly state: readonly string[];
  readonly action: readonly string[];
}

/** What a column of joints may be called, the likeliest first; the rest of a name's parts is free. */
const STATE_NAMES = [
  'observation.state',
  'state',
  'states',
  'qpos',
  'proprio',
  'proprioception',
  'joint_positions',
  'observations',
  'obs',
];
const ACTION_NAMES = ['action', 'actions'];

export function readFeatures(value: unknown): Feature[] {
  return [...fieldsOf(value)].map(([name, description]) => {
    const fields = fieldsOf(description);
    return {
      name,
      dtype: textOf(fields.get('dtype'), 40) ?? '',
      shape: listOf(fields.get('shape')).map((size) => numberOf(size) ?? 0),
      names: fields.get('names'),
      fields,
    };
  });
}

export const isCamera = ({ dtype }: Feature) => dtype === 'video' || dtype === 'image';

/** The columns of state and action: those chosen, or else guessed. @throws ProblemError that names the columns there are. */
export function chooseColumns(columns: readonly string[], chosen: RecordingColumns, where: string): Columns {
  return {
    state: chosenColumn('state', columns, chosen.state, STATE_NAMES, where),
    action: chosenColumn('action', columns, chosen.action, ACTION_NAMES, where),
  };
}

function chosenColumn(
  role: string,
  columns: readonly string[],
  chosen: readonly string[] | undefined,
  known: readonly string[],
  where: string,
): readonly string[] {
  const absent = chosen?.find((name) => !columns.includes(name));
  if (chosen && absent === undefined) return chosen;
  const name = chosen ? undefined : (known.find((candidate) => columns.includes(candidate)) ?? nearest(columns, known));
  if (name !== undefined) return [name];
  const listed = columns
    .slice(0, 12)
    .map((name) => JSON.stringify(name.slice(0, 60)))
    .join(', ');
  throw new ProblemError({
    what:
      absent === undefined
        ? `No column of the robot's ${role} was found.`
        : `There is no column ${JSON.stringify(absent.slice(0, 60))}.`,
    where,
    fix: listed ? `Say which of these is the ${role}: ${listed}.` : `Record a column of the ${role}.`,
    columns,
  });
}

/** What several columns hold in a row, side by side; what one holds, as it is. */
export const joined = (columns: readonly ArrayLike<unknown>[], row: number): unknown =>
  columns.length === 1 ? columns[0]![row] : columns.map((column) => column[row]);

/** A column whose last part is a known name: "observation/state", "robot.qpos". */
const nearest = (columns: readonly string[], known: readonly string[]) =>
  known.flatMap((name) => columns.filter((column) => column.split(/[./]/).at(-1) === name))[0];

/**
 * One name a joint, out of any of the forms in use: a list, a list in a list, {"motors": [...]}, {"name": place}. Numbered names
 * ("state 0") where neither `names` nor `others` holds such a list of the right length.
 */
export function jointNames(names: unknown, width: number, role: string, others: readonly string[] = []): string[] {
  for (const found of [namesIn(names), [...others]])
    if (found.length === width && new Set(found).size === width) return found;
  return Array.from({ length: width }, (_, joint) => `${role} ${joint}`);
}

/** Whether these are the numbered names that joints get which have none. */
export const isNumbered = (names: readonly string[]) =>
  names.every((name, joint) => /^(state|action) /.test(name) && name.endsWith(` ${joint}`));

/** Names of joints by the parts that meta/modality.json names: {"arm": {"start": 0, "end": 6}}; empty where it leaves a gap. */
export function modalityNames(parts: unknown): string[] {
  const ranges = [...fieldsOf(parts)].map(([name, range]) => {
    const fields = fieldsOf(range);
    return { name: name.slice(0, 80), start: numberOf(fields.get('start')), end: numberOf(fields.get('end')) };
  });
  const names: string[] = [];
  for (const { name, start, end } of ranges.sort((a, b) => (a.start ?? 0) - (b.start ?? 0))) {
    if (start !== names.length || end === null || end <= start || end > MOST_NAMES) return [];
    for (let joint = 0; joint < end - start; joint++) names.push(end - start === 1 ? name : `${name} ${joint}`);
  }
  return names;
}

const MOST_NAMES = 1000;
/** How deep lists of names may lie in each other: robot, arm, motors. */
const DEEPEST = 4;

function namesIn(names: unknown, depth = 0): string[] {
  if (depth > DEEPEST) return [];
  if (Array.isArray(names)) {
    const texts = names.map((name) => textOf(name, 80));
    if (texts.every((text) => text !== null)) return texts;
    return names.length <= 8 ? names.flatMap((inner) => (Array.isArray(inner) ? namesIn(inner, depth + 1) : [])) : [];
  }
  const fields = [...fieldsOf(names)];
  const places = fields.map(([, place]) => numberOf(place));
  if (fields.length > 0 && places.every((place) => place !== null)) {
    return fields.sort((a, b) => (a[1] as number) - (b[1] as number)).map(([name]) => name.slice(0, 80));
  }
  return fields.flatMap(([, inner]) => namesIn(inner, depth + 1));
}
