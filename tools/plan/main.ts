import { fileURLToPath } from 'node:url';
import { type BaseFile, type BaseModel, baseModelOf } from '../../src/base/base';
import { compile } from '../../src/filter/evaluate';
import { lint } from '../../src/filter/lint';
import { type Reading, read } from '../../src/filter/parse';
import { emaBytes } from '../../src/filter/report';
import { treeOf } from '../../src/filter/tree';
import { variantsOfPaths } from '../../src/filter/variants';
import { leavesOf } from '../../src/model/tree';
import { type PlannedModel, type PlannedModelId, plannedModels, trueSizeModel } from '../../src/model/true_size';
import { problem } from '../../src/problem';
import type { PrepareOptions } from '../../src/run/prepare';
import { defaultActionsSettings, defaultSettings } from '../../src/settings/defaults';
import { samplesOf } from '../../src/settings/stages';
import type { TaskSettings } from '../../src/settings/task';
import { actionsFormOf } from '../../src/tasks/actions/data';
import { taskOf } from '../../src/tasks/registry';
import { prepareTrueSize } from '../../src/tasks/true_size';
import { type Prepared, planReport } from '../../src/train/planned';
import { printJson, readText } from '../json_command';
import { type PlanArguments, planArguments, planHelp } from './arguments';
import { proposal, type RunOfBase } from './proposal';

/**
 * `npm run plan -- --model NAME --freeze 'EXPR'`: the bytes that a run takes on the GPU, as JSON, without a GPU. With
 * `--auto --budget BYTES` in place of a filter: what could be trained within them.
 * Exit 1 with `{error: {what, where, fix}}` for what cannot be planned.
 */
export async function main(args: readonly string[]): Promise<number> {
  if (!args.includes('--help')) return printJson(() => answer(args));
  console.log(planHelp(MODELS));
  return 0;
}

/** The bases that ship with the page. */
const BASES = ['text', 'actions'];

const MODELS = [...BASES, ...plannedModels.map(({ id }) => id)];

/** H: actions of openpi's chunks. */
const TRUE_HORIZON = 50;

function answer(args: readonly string[]) {
  const given = planArguments(args, MODELS);
  if (given.budget !== null) return proposalFor(given, given.budget);
  const isBase = BASES.includes(given.model);
  const reading = read(given.freeze, isBase ? null : variantsOfModel(given.model));
  const options = { isFrozen: compile(reading.expression), wasTrained: wasTrained(given) };
  const prepared = isBase ? planOfBase(given, options) : planOfTrueSize(given, options);
  refuseWithoutTraining(given.freeze, reading, prepared);
  const report = planReport(prepared);
  const ema = given.ema || reading.ema ? emaBytes(report.frozenParameters, report.trainableParameters) : 0;
  return {
    model: given.model,
    total_bytes: report.totalBytes,
    bytes_by_kind: report.byKind,
    live_bytes: report.liveBytes,
    frozen_leaves: report.frozenLeaves,
    frozen_params: report.frozenParameters,
    trainable_leaves: report.trainableLeaves,
    trainable_params: report.trainableParameters,
    openpi_resident_state_bytes: report.openpiResidentBytes + ema,
    ...(ema > 0 ? { openpi_ema_bytes: ema } : {}),
    flops_per_step: report.flopsPerStep,
    ...('prefixReason' in prepared ? { prefix: prepared.prefixReason } : {}),
  };
}

function proposalFor(given: PlanArguments, budgetBytes: number) {
  if (!BASES.includes(given.model)) {
    const fix = `Write one of: ${BASES.join(', ')}.`;
    throw problem('--auto is for the models that the page trains.', '--model', fix);
  }
  return proposal(runOfBase(given), given.model, budgetBytes);
}

/** @throws ProblemError for a filter that leaves nothing to train, as `npm run filter` says it */
function refuseWithoutTraining(text: string, reading: Reading, { step }: Prepared<never>): void {
  const tree = treeOf(Object.fromEntries(step.parameters.leaves.map(({ path, shape }) => [path, shape])));
  const nothing = lint(text, reading, tree).find(({ rule }) => rule === 'nothing-trains');
  if (nothing) throw problem(nothing.message, 'freeze filter', 'Freeze less.');
}

const variantsOfModel = (name: string) =>
  variantsOfPaths(leavesOf(trueSizeModel(name as PlannedModelId).config).map(({ path }) => path));

function planOfBase(given: PlanArguments, options: PrepareOptions): Prepared<never> {
  const { base, settings, facts } = runOfBase(given);
  return taskOf(settings).prepare(base, settings, facts, options);
}

function runOfBase(given: PlanArguments): RunOfBase {
  const base = baseOf(given.model);
  const settings = settingsOf(given, base.actions ? 'actions' : 'text');
  if (settings.task === 'text') return { base, settings, facts: {} };
  const form = actionsFormOf(base);
  const { length: promptLength = form.promptLength, cameras = form.cameras.length } = given;
  const room = (name: string, value: number, most: number) => {
    if (value > most)
      throw problem(`The base has room for ${most}, not ${value}.`, `--${name}`, 'Write a smaller number.');
  };
  room('length', promptLength, form.promptLength);
  room('cameras', cameras, form.cameras.length);
  const shortened = { ...base, actions: { ...form, promptLength } };
  // Without a number of prefixes, as many as there are samples in a run of the default length.
  const { prefixes = samplesOf(settings) } = given;
  return { base: shortened, settings, facts: { cameras, prefixes } };
}

function planOfTrueSize(given: PlanArguments, options: PrepareOptions): Prepared<never> {
  const { id, task } = plannedModels.find((model) => model.id === given.model) as PlannedModel;
  refuse(given, ['rank', 'backboneLora'], `${id} has adapters of its own.`);
  const { prefixes, cameras, length: promptLength } = given;
  const facts = Object.fromEntries(
    Object.entries({ prefixes, cameras, promptLength }).filter(([, value]) => value !== undefined),
  );
  const settings = settingsOf(task === 'actions' ? { horizon: TRUE_HORIZON, ...given } : given, task);
  return prepareTrueSize(id, settings, facts, options);
}

/** A flag that would change nothing is a mistake. */
function refuse(given: Partial<PlanArguments>, flags: readonly (keyof typeof FLAG_OF)[], why: string): void {
  const wrong = flags.filter((flag) => given[flag] !== undefined && given[flag] !== false);
  if (wrong.length === 0) return;
  throw problem(why, 'command line', `Leave out ${wrong.map((flag) => FLAG_OF[flag]).join(' and ')}.`);
}

const FLAG_OF = {
  horizon: '--horizon',
  cameras: '--cameras',
  prefixes: '--prefixes',
  rank: '--rank',
  backboneLora: '--backbone-lora',
} as const;

/** The page's defaults, with what was given. */
function settingsOf(given: PlanArguments, task: TaskSettings['task']): TaskSettings {
  const { freeze, batch, accumulation, recompute = false, rank } = given;
  const common = {
    freeze,
    recompute,
    ...(batch === undefined ? {} : { batchSize: batch }),
    ...(accumulation === undefined ? {} : { accumulation }),
    ...(rank === undefined ? {} : { loraRank: rank }),
  };
  const { length, horizon, backboneLora = false } = given;
  if (task === 'text') {
    refuse(given, ['horizon', 'cameras', 'prefixes', 'backboneLora'], 'A text model predicts no actions.');
    return { ...defaultSettings, ...common, ...(length === undefined ? {} : { sequenceLength: length }) };
  }
  return { ...defaultActionsSettings, ...common, backboneLora, ...(horizon === undefined ? {} : { horizon }) };
}

/** Frozen leaves are in float32 where a stage before has trained them, so that is what `--storage f32` plans. */
const wasTrained = ({ storage }: PlanArguments) => (storage === 'f32' ? () => true : undefined);

function baseOf(id: string): BaseModel {
  const file = fileURLToPath(new URL(`../../public/base/${id}/config.json`, import.meta.url));
  return baseModelOf(id, JSON.parse(readText(file)) as BaseFile);
}
