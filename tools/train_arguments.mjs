// What the flags of npm run train mean.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { actionsChoices, pathsOf, refuseForeign, textChoices } from './data/choices.mjs';
import { filesOf } from './data/files.mjs';
import { readFlags, UsageError } from './flags.mjs';
import { readStages, stageOf } from './stages.mjs';
import { command, OF_TASK, SETTINGS } from './train_flags.mjs';

/** @typedef {import('./flags.mjs').Given} Given */
/** @typedef {import('./train_flags.mjs').GivenSettings} GivenSettings */

/**
 * @typedef {object} TrainArguments
 * @property {'text' | 'actions'} task
 * @property {readonly import('./data/files.mjs').NamedFile[]} files
 * @property {readonly import('./data/files.mjs').NamedFile[]} model files of the base, where --base names a folder or a file
 * @property {string} out
 * @property {boolean} restart begin anew although a run in `out` has not ended
 * @property {number} heldout share kept aside
 * @property {import('./data/choices.mjs').TextChoices} text how text is read
 * @property {import('./data/choices.mjs').ActionsChoices['options']} recording how a recording is read
 * @property {import('./stages.mjs').GivenStage[]} stages after the first, which is that of the settings
 * @property {GivenSettings} settings what differs from the defaults
 */

/** A run that cannot be, in words for the person at the command line. */
export class Refusal extends Error {}

/** @param {string} message @returns {never} */
export function refuse(message) {
  throw new Refusal(message);
}

/**
 * @param {readonly string[]} argv @returns {TrainArguments}
 * @throws {UsageError} for a mistake on the command line
 * @throws {Refusal} for files that are not there, or say no stages
 */
export function readArguments(argv) {
  const { values, files: named } = readFlags(command, argv);
  const task = values.task === 'actions' ? 'actions' : 'text';
  refuseForeign(task, values, OF_TASK);
  const stages = stagesOf(values);
  const paths = pathsOf(values, named);
  const files = filesIn(paths);
  const model = modelOf(values);
  if (values.weights !== undefined && model.length === 0)
    throw new UsageError(
      '--weights is for a model of yours.',
      'Name it with --base, or leave --weights out.',
      '--weights',
    );
  const actions = actionsChoices(values);
  return {
    task,
    files,
    model,
    out: resolve(String(values.out ?? 'trained')),
    restart: values.restart === true,
    heldout: Number(values.heldout ?? 0.1),
    text: textChoices(
      task === 'text' ? values : {},
      files.map(({ path }) => /** @type {string} */ (path.split('/').at(-1))),
    ),
    recording: actions.options,
    stages,
    settings: {
      ...settingsOf(model.length > 0 ? { ...values, base: undefined } : values),
      ...(task === 'actions' ? actions.settings : lengthOf(values)),
    },
  };
}

/** @param {Given} values @returns {GivenSettings} */
const lengthOf = ({ length }) => (length === undefined ? {} : { sequenceLength: Number(length) });

/** @param {Given} values @returns {GivenSettings} */
function settingsOf(values) {
  const { seed } = values;
  const own = Object.entries(SETTINGS).flatMap(([flag, { key, means }]) =>
    values[flag] === undefined ? [] : [[key, means ?? values[flag]]],
  );
  return { ...Object.fromEntries(own), ...(seed === undefined ? {} : { seed: Number(seed) }) };
}

/** Ids of bases, whatever lies where the command is run. */
const EMBEDDED = new Set(['text', 'actions']);

/**
 * The files of a model that a person has: a folder of the hub or of a policy, or a GGUF with the tokenizer's files beside it.
 * @param {Given} values
 */
function modelOf({ base }) {
  if (base === undefined || EMBEDDED.has(String(base)) || !existsSync(String(base))) return [];
  const path = String(base);
  if (statSync(path).isDirectory()) return filesIn([path]);
  const beside = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'].map((name) =>
    join(dirname(path), name),
  );
  return filesIn([path, ...beside.filter((file) => existsSync(file))]);
}

/** @param {readonly string[]} paths */
function filesIn(paths) {
  const files = paths.flatMap((path) => {
    try {
      return filesOf(path, paths);
    } catch (error) {
      const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
      return refuse(missing ? `There is no file ${resolve(path)}.` : `${path} cannot be read: ${error}`);
    }
  });
  return files.length > 0 ? files : refuse(`There are no files in ${paths.join(', ')}.`);
}

/** @param {Given} values */
function stagesOf({ stage, stages: file }) {
  const given = /** @type {readonly string[]} */ (stage ?? []);
  if (file !== undefined) {
    if (given.length > 0)
      throw new UsageError('Stages are named with --stage and with --stages.', 'Leave one of the two out.');
    const stages = readStages(String(file));
    return typeof stages === 'string' ? refuse(stages) : stages;
  }
  return given.map((text) => {
    const read = stageOf(text);
    if (read) return read;
    const fix = `Write steps, learning rate and filter: --stage '50 0.002 Not(PathRegex(".*lora.*"))'.`;
    throw new UsageError(`--stage is "${text}".`, fix, '--stage');
  });
}
