// What is chosen of files, and of what is learned from them: the same flags of npm run data and npm run train.
import { basename } from 'node:path';
import { UsageError } from '../flags.mjs';

/** @typedef {import('../../src/settings/actions').ActionsSettings} ActionsSettings */
/** @typedef {import('../../src/settings/actions').RecordingOptions} RecordingOptions */
/** @typedef {import('../../src/settings/text').DatasetOptions} DatasetOptions */
/** @typedef {import('../flags.mjs').Given} Given */
/** @typedef {'text' | 'actions'} TaskId */

/** @satisfies {import('../flags.mjs').Flags} */
export const FILE_FLAGS = {
  task: {
    value: 'text|actions',
    choices: ['text', 'actions'],
    help: 'what is learned: text, or the actions of a robot',
  },
  data: { value: 'FILE', several: true, also: ['file', 'input'], help: 'the same as FILE without a flag' },
  heldout: {
    value: 'SHARE',
    number: { least: 0, most: 0.5 },
    also: ['held-out', 'validation', 'test-size'],
    help: 'share of the examples, or episodes, that are kept aside for the held-out loss, 0 to 0.5 (default: 0.1)',
  },
  seed: {
    value: 'N',
    number: { whole: true, least: 0 },
    help: 'decides what is held out, and every random number of a run (default: 42)',
  },
};

/** @satisfies {import('../flags.mjs').Flags} */
export const TEXT_FLAGS = {
  length: {
    value: 'TOKENS',
    number: { whole: true, least: 2 },
    also: ['sequence-length', 'window', 'max-length'],
    help: 'tokens of a window (default: the longest conversation, as far as the base allows)',
  },
  prompt: {
    value: 'COLUMN',
    help: 'column of a table, or field of JSON, that is shown and not learned; of every file',
  },
  completion: {
    value: 'COLUMN',
    also: ['column', 'text-column'],
    help: 'column, or field, that is learned; without --prompt it is plain text; of every file',
  },
  columns: {
    value: 'FILE:PROMPT:COMPLETION',
    several: true,
    help: 'the same of one file, by its name; FILE::COMPLETION for plain text',
  },
  voice: {
    value: 'FILE:NAME',
    several: true,
    help: 'of a chat exported from a messenger, or an archive of such chats: whose messages are learned (default: of whoever exported it, or answers most in it)',
  },
  'latin-1': {
    value: 'FILE',
    several: true,
    also: ['encoding', 'latin1'],
    help: 'name of a file whose text is Latin-1 (Windows-1252), not UTF-8',
  },
};

const STATES = ['measured', 'last-action', 'last-action-and-lag'];

/** @satisfies {import('../flags.mjs').Flags} */
export const ACTIONS_FLAGS = {
  'state-column': {
    value: 'NAME',
    several: true,
    help: 'column that the state is read from (default: found by name); several stand side by side',
  },
  'action-column': { value: 'NAME', several: true, help: 'the same of the action' },
  joint: {
    value: 'JOINT',
    several: true,
    also: ['joints'],
    help: 'a joint of the action that is learned, by name or by place from 0, or several as 0-6 (default: all)',
  },
  state: {
    value: 'FORM',
    choices: STATES,
    help: `what the state tells: ${STATES.join(', ')} (default: the most that fits; the reason is printed)`,
  },
  delta: {
    value: '1,1,0',
    help: 'for each joint 1 where its difference from the state is learned, else 0; or none (default: what the recording suggests; the reason is printed)',
  },
  camera: {
    value: 'NAME',
    several: true,
    also: ['cameras'],
    help: "the camera in a place of the base (base_0_rgb, left_wrist_0_rgb, right_wrist_0_rgb), in their order; '' leaves one empty (default: as the names suggest; it is printed)",
  },
  horizon: {
    value: 'N',
    number: { whole: true, least: 1 },
    also: ['chunk-size', 'action-horizon'],
    help: 'actions of a chunk (default: 16)',
  },
  prompt: { value: 'TEXT', help: 'what the robot was asked for, where the recording does not say' },
  fps: { value: 'RATE', number: { above: 0 }, help: 'frames a second, for arrays and tables that hold no times' },
};

/** @satisfies {Record<TaskId, import('../flags.mjs').Flags>} */
const OF_TASK = { text: TEXT_FLAGS, actions: ACTIONS_FLAGS };

/**
 * What is chosen of how text is read.
 * @typedef {Required<Pick<DatasetOptions, 'columns' | 'encodings' | 'voices'>>} TextChoices
 */

/**
 * What is chosen of a recording, and the settings of the run that are read from it.
 * @typedef {object} ActionsChoices
 * @property {Pick<RecordingOptions, 'columns' | 'joints' | 'fps' | 'prompt'>} options
 * @property {Partial<Pick<ActionsSettings, 'state' | 'delta' | 'cameras' | 'horizon'>>} settings
 */

/**
 * Refuses flags of the other task.
 * @param {TaskId} task @param {Given} values
 * @param {Record<TaskId, import('../flags.mjs').Flags>} [flags] of each task
 */
export function refuseForeign(task, values, flags = OF_TASK) {
  const other = task === 'text' ? 'actions' : 'text';
  const foreign = Object.keys(flags[other]).find((flag) => values[flag] !== undefined && !(flag in flags[task]));
  if (!foreign) return;
  throw new UsageError(
    `--${foreign} is of the ${other} task, and this is the ${task} task.`,
    `Write --task ${other}, or leave --${foreign} out.`,
  );
}

/** Paths that were named, with --data or without. @param {Given} values @param {readonly string[]} files */
export function pathsOf(values, files) {
  const paths = [...files, .../** @type {string[]} */ (values.data ?? [])];
  if (paths.length > 0) return paths;
  throw new UsageError('No file was named.', 'Write the path of a file or a folder.');
}

/**
 * @param {Given} values @param {readonly string[]} names of the files
 * @returns {TextChoices}
 */
export function textChoices(values, names) {
  const listOf = (/** @type {string} */ flag) => /** @type {readonly string[]} */ (values[flag] ?? []);
  const known = (/** @type {string} */ flag, /** @type {string} */ file) => {
    const name = basename(file);
    // What lies in an archive is not known here.
    if (names.includes(name) || names.some((one) => /\.(zip|gz)$/i.test(one))) return name;
    throw new UsageError(`--${flag} names "${file}", which is none of the files.`, `They are: ${names.join(', ')}.`);
  };
  const of = columnsOfAll(values);
  return {
    columns: {
      ...(of ? Object.fromEntries(names.map((name) => [name, of])) : {}),
      ...Object.fromEntries(
        listOf('columns').map((text) => {
          const [file, columns] = columnsIn(text);
          return [known('columns', file), columns];
        }),
      ),
    },
    voices: Object.fromEntries(
      listOf('voice').map((text) => {
        const [, file = '', voice = ''] = /^(.*?):(.+)$/s.exec(text) ?? [];
        if (!file) throw new UsageError(`--voice is "${text}".`, 'Write FILE:NAME.', '--voice');
        return [known('voice', file), voice];
      }),
    ),
    encodings: Object.fromEntries(listOf('latin-1').map((file) => [known('latin-1', file), 'windows-1252'])),
  };
}

/** @param {Given} values */
function columnsOfAll({ prompt, completion }) {
  if (completion !== undefined)
    return { completion: String(completion), ...(prompt === undefined ? {} : { prompt: String(prompt) }) };
  if (prompt === undefined) return undefined;
  throw new UsageError(
    '--prompt names what is shown, and nothing names what is learned.',
    'Write --completion COLUMN too.',
  );
}

/** @param {string} text FILE:PROMPT:COMPLETION @returns {[file: string, columns: import('../../src/settings/text').TableColumns]} */
function columnsIn(text) {
  const parts = text.split(':');
  const [completion, prompt] = [parts.pop(), parts.pop()];
  if (!completion || prompt === undefined || parts.length === 0) {
    throw new UsageError(`--columns is "${text}".`, 'Write FILE:PROMPT:COMPLETION, or FILE::COMPLETION.', '--columns');
  }
  return [parts.join(':'), prompt === '' ? { completion } : { prompt, completion }];
}

/** @param {Given} values @returns {ActionsChoices} */
export function actionsChoices(values) {
  const given =
    /** @type {{ state?: ActionsSettings['state'], camera?: string[], horizon?: number, fps?: number, joint?: string[], delta?: string, prompt?: string }} */ (
      values
    );
  const { state, camera, horizon, fps, joint, delta, prompt } = given;
  const columns = { state: values['state-column'], action: values['action-column'] };
  const chosen = Object.fromEntries(Object.entries(columns).filter(([, names]) => names !== undefined));
  return {
    options: {
      ...(Object.keys(chosen).length > 0 ? { columns: chosen } : {}),
      ...(joint ? { joints: joint } : {}),
      ...(fps === undefined ? {} : { fps }),
      ...(prompt === undefined ? {} : { prompt }),
    },
    settings: {
      ...(state ? { state } : {}),
      ...(delta === undefined ? {} : { delta: deltaOf(delta) }),
      ...(camera ? { cameras: camera.map((name) => name || null) } : {}),
      ...(horizon === undefined ? {} : { horizon }),
    },
  };
}

/** @param {string} text */
function deltaOf(text) {
  if (text === 'none') return [];
  const flags = text.split(',').map((flag) => flag.trim());
  if (flags.every((flag) => flag === '0' || flag === '1')) return flags.map((flag) => flag === '1');
  throw new UsageError(
    `--delta is "${text}".`,
    'Write a 1 or a 0 for each joint, with commas between, or none.',
    '--delta',
  );
}
