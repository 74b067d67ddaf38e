/** What an adapter's file says beside its tensors: the container's text fields, checked when they are read. */

import { shown } from '../hub/fields';
import { excerpt, problem } from '../problem';
import { stagesOf } from '../settings/stages';
import type { TaskSettings } from '../settings/task';
import type { RunHistory } from '../train/events';
import type { Adapter, RobotForm } from './adapter';
import { type Form, isObject, jsonIn } from './forms';
import { readPolicyOrigin } from './policy_origin';
import { readRobotForm } from './robot_form';
import type { AdapterSummary } from './summary';
import { historyForm, settingsForm } from './told_forms';

export const FORMAT = 'adaptab-adapter';
const VERSION = '1';

/** An adapter without its tensors and without what is only known where it is imported. */
export interface Told {
  readonly summary: Omit<AdapterSummary, 'id' | 'parameters' | 'bytes'>;
  readonly baseHash: string;
  readonly settings: TaskSettings | null;
  readonly history: RunHistory | null;
  readonly robot?: RobotForm;
  readonly dataHash?: string;
}

export function toMetadata({
  summary,
  baseHash,
  modelConfig,
  settings,
  history,
  robot,
  dataHash,
}: Adapter): Record<string, string> {
  return {
    format: FORMAT,
    version: VERSION,
    name: summary.name,
    base: summary.base,
    base_sha256: baseHash,
    freeze: summary.freeze,
    lora_rank: String(summary.loraRank),
    lora_alpha: String(summary.loraAlpha),
    steps: String(summary.steps),
    kept_step: String(summary.keptStep),
    baseline_heldout: lossTold(summary.baselineHeldout),
    heldout: lossTold(summary.heldout),
    saved_at: new Date(summary.savedAt).toISOString(),
    model: JSON.stringify(modelConfig),
    ...(settings ? { settings: JSON.stringify(settings), stages: JSON.stringify(stagesTold(settings)) } : {}),
    ...(history ? { history: JSON.stringify(history) } : {}),
    ...(robot ? { robot: JSON.stringify(robot) } : {}),
    ...(dataHash ? { data_sha256: dataHash } : {}),
    ...(summary.policy ? { policy: JSON.stringify(summary.policy) } : {}),
  };
}

/** A loss, where one was measured. */
const lossTold = (loss: number) => (Number.isNaN(loss) ? UNMEASURED : String(loss));

const UNMEASURED = 'not measured';

/** The stages of the run for whoever reads the file alone; a run of one stage has one. */
const stagesTold = (settings: TaskSettings) =>
  stagesOf(settings).map(({ steps, freeze, learningRate, endLearningRate, warmupSteps }) => ({
    steps,
    freeze,
    learning_rate: learningRate,
    end_learning_rate: endLearningRate,
    warmup_steps: warmupSteps,
  }));

/** @throws ProblemError that names the field that is missing or makes no sense. */
export function fromMetadata(metadata: Readonly<Record<string, string>>, where: string): Told {
  const field = (name: string): string => {
    const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
    if (value === undefined) throw unreadable(`The adapter's metadata lacks "${name}".`, where);
    return value;
  };
  const numeric = (name: string, accepts: (value: number) => boolean): number => {
    const value = Number(field(name));
    if (field(name).trim() === '' || !accepts(value))
      throw unreadable(`The adapter's "${name}" is "${excerpt(field(name))}".`, where);
    return value;
  };
  const count = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (field('version') !== VERSION) {
    throw problem(
      `The adapter has version ${excerpt(field('version'))} of the format.`,
      where,
      'Open it with a newer build of this page.',
    );
  }
  const savedAt = Date.parse(field('saved_at'));
  if (Number.isNaN(savedAt)) throw unreadable(`The adapter's "saved_at" is "${excerpt(field('saved_at'))}".`, where);
  const unmeasured = [UNMEASURED, 'NaN']; // the second is what older files say
  const loss = (name: string) => (unmeasured.includes(field(name)) ? Number.NaN : numeric(name, Number.isFinite));
  return {
    baseHash: field('base_sha256'),
    summary: {
      name: field('name'),
      base: field('base'),
      savedAt,
      steps: numeric('steps', count),
      keptStep: numeric('kept_step', count),
      baselineHeldout: loss('baseline_heldout'),
      heldout: loss('heldout'),
      loraRank: numeric('lora_rank', (value) => count(value) && value > 0 && value <= MOST_RANK),
      loraAlpha: numeric('lora_alpha', (value) => Number.isFinite(value) && value > 0),
      freeze: field('freeze'),
      ...(metadata.policy === undefined ? {} : { policy: readPolicyOrigin(metadata.policy, where) }),
    },
    // Files that are older than stages, and than counts of memory, have none of them.
    settings: parsed(metadata.settings, settingsForm, { stages: [] }),
    history: parsed(metadata.history, historyForm, { memory: [] }),
    ...(metadata.robot === undefined ? {} : { robot: readRobotForm(metadata.robot, where) }),
    ...(isHash(metadata.data_sha256) ? { dataHash: metadata.data_sha256 } : {}),
  };
}

/**
 * Which experts have rsLoRA's scale, by what a file's own sizes say of their LoRA.
 * @throws ProblemError for sizes that make no sense, and for what they say of LoRA that is not known here, by its name
 */
export function rootScaledExperts({ model }: Readonly<Record<string, string>>, where: string): readonly boolean[] {
  const sizes = model === undefined ? {} : jsonIn(model);
  const experts = isObject(sizes) ? (sizes.experts ?? []) : null;
  if (!Array.isArray(experts)) throw unreadable(`The adapter's "model" makes no sense.`, where);
  return experts.map((expert: unknown, n) => {
    const lora = isObject(expert) && isObject(expert.lora) ? expert.lora : {};
    const { rank: _, alpha: __, rootScaled = false, ...others } = lora;
    const unknown = Object.keys(others).find((key) => (others[key] ?? false) !== false);
    if (typeof rootScaled === 'boolean' && unknown === undefined) return rootScaled;
    const [key, value] = unknown === undefined ? ['rootScaled', rootScaled] : [unknown, others[unknown]];
    throw problem(
      `Its experts[${n}].lora.${excerpt(key)} is ${shown(value)}; what it changes in the adapter is not known here.`,
      where,
      'Open it with a newer build of this page.',
    );
  });
}

/** Matrices of such a rank are no longer small: a file must not have memory taken for more. */
const MOST_RANK = 4096;

/** A hash that is none only informs of nothing. */
const isHash = (value: string | undefined): value is string => value !== undefined && /^[0-9a-f]{64}$/.test(value);

/** What the training_config.json of an exported folder tells. */
export interface ToldOfFolder extends Told {
  /** Which adapter it was. */
  readonly id: unknown;
  /** Whether its base is a model of the hub. */
  readonly isOfHub: boolean;
}

/** What an exported folder's training_config.json tells; null where another tool wrote it. */
export function fromTrainingConfig(json: string, where: string): ToldOfFolder | null {
  const config = jsonIn(json);
  if (config === undefined) throw unreadable('Its training_config.json is no JSON.', where);
  if (!isObject(config) || !isObject(config.adapter) || typeof config.base_sha256 !== 'string') return null;
  const { adapter, settings, history, robot } = config;
  const { savedAt } = adapter;
  const isTime = typeof savedAt === 'number' && Math.abs(savedAt) <= LAST_TIME;
  const fields: Record<string, unknown> = {
    version: VERSION,
    name: adapter.name,
    base: adapter.base,
    base_sha256: config.base_sha256,
    freeze: adapter.freeze,
    lora_rank: adapter.loraRank,
    lora_alpha: adapter.loraAlpha,
    steps: adapter.steps,
    kept_step: adapter.keptStep,
    baseline_heldout: adapter.baselineHeldout ?? UNMEASURED, // JSON has no NaN
    heldout: adapter.heldout ?? UNMEASURED,
    saved_at: isTime ? new Date(savedAt).toISOString() : undefined,
    settings: settings ? JSON.stringify(settings) : undefined,
    history: history ? JSON.stringify(history) : undefined,
    robot: robot ? JSON.stringify(robot) : undefined,
    data_sha256: config.data_sha256,
    policy: adapter.policy ? JSON.stringify(adapter.policy) : undefined,
  };
  const known = Object.entries(fields).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  const metadata = Object.fromEntries(known.map(([key, value]) => [key, String(value)]));
  const isOfHub = isObject(config.model) && 'family' in config.model;
  return { ...fromMetadata(metadata, where), id: adapter.id, isOfHub };
}

/** The last moment that a Date can be, milliseconds. */
const LAST_TIME = 8.64e15;

const unreadable = (what: string, where: string) =>
  problem(what, where, 'The file is damaged; export the adapter again.');

/** A JSON field; null where there is none or it is not what it should be, as it only informs. */
function parsed<T>(json: string | undefined, form: Form<T>, usual: object): T | null {
  const found = json === undefined ? undefined : jsonIn(json);
  return form(isObject(found) ? { ...usual, ...found } : found) ?? null;
}
