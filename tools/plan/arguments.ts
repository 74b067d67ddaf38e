import { bytesWritten } from '../../src/settings/byte_size';
import { defaultSettings } from '../../src/settings/defaults';
import type { FrozenWeights } from '../../src/settings/text';
import { readFlags, UsageError } from '../flags.mjs';
import { readText } from '../json_command';
import { command, MODELS } from './flags.mjs';

/** What the flags of `npm run plan` say; what is not given is left out. */
export interface PlanArguments {
  /** Null: the one that the text names; of --auto, all π0s. */
  readonly model: string | null;
  /** config.json of a model of the hub, in place of a model's name; null where there is none. */
  readonly config: string | null;
  /** A filter, or the lines of Python that make one; of --auto, none that counts. */
  readonly freeze: string;
  /** Bytes within which something to train is proposed; null where one run is planned. */
  readonly budget: number | null;
  /** Whether a proposal is printed as a table. */
  readonly table: boolean;
  readonly recompute: boolean;
  readonly storage: Storage;
  readonly weights: FrozenWeights;
  readonly backboneLora: boolean;
  /** Whether what comes before the action expert is streamed. */
  readonly streamed: boolean;
  /** Whether openpi's bytes count a moving average of the parameters. */
  readonly ema: boolean;
  readonly batch?: number;
  readonly accumulation?: number;
  /** T: tokens of a window, or of a prompt. */
  readonly length?: number;
  /** H: actions of a chunk. */
  readonly horizon?: number;
  readonly cameras?: number;
  /** Samples whose images and prompt differ. */
  readonly prefixes?: number;
  readonly rank?: number;
}

/** How frozen leaves are stored. */
type Storage = 'bf16' | 'f32';

/** Numbers that are settings of a run by the same names. */
const NUMBERS = ['batch', 'accumulation', 'length', 'horizon', 'cameras', 'prefixes', 'rank'] as const;

/** @throws UsageError for flags that cannot be read */
export function planArguments(args: readonly string[]): PlanArguments {
  const flags = readFlags(command, args).values as GivenFlags;
  const { model, config, freeze, 'freeze-file': file, storage = 'bf16', auto = false, budget, table = false } = flags;
  if (model !== undefined && !MODELS.includes(model))
    throw wrong(`There is no model "${model}".`, `Write one of: ${MODELS.join(', ')}.`);
  if (config !== undefined && model !== undefined)
    throw wrong('--config names a model, and so does --model.', 'Leave one of them out.');
  if (flags.weights !== undefined && config === undefined)
    throw wrong('--weights is for a model of the hub.', 'Write --config FILE too, or leave --weights out.');
  if (auto) refuseBesideAuto(flags);
  else if (budget !== undefined || table) {
    const flag = budget === undefined ? '--table' : '--budget';
    throw wrong(`${flag} is for --auto.`, `Write --auto too, or leave ${flag} out.`);
  } else if (freeze !== undefined && file !== undefined)
    throw wrong('One of --freeze and --freeze-file is enough.', 'Leave one of them out.');
  else if (freeze === undefined && file === undefined && config === undefined)
    throw wrong('One of --freeze and --freeze-file is needed.', "Write --freeze 'EXPR', or --freeze-file FILE.");
  const numbers = NUMBERS.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]));
  return {
    model: model ?? null,
    config: config ?? null,
    freeze: auto ? 'Nothing()' : (freeze ?? (file === undefined ? defaultSettings.freeze : readText(file))),
    budget: budget === undefined ? null : bytesOf(budget),
    table,
    recompute: flags.recompute ?? false,
    storage,
    weights: flags.weights ?? 'stored',
    backboneLora: flags['backbone-lora'] ?? false,
    streamed: flags.streamed ?? false,
    ema: flags.ema ?? false,
    ...(Object.fromEntries(numbers) as Partial<Record<(typeof NUMBERS)[number], number>>),
  };
}

/** What is written, by flag. */
type GivenFlags = Partial<
  Record<'model' | 'config' | 'freeze' | 'freeze-file' | 'budget', string> &
    Record<'recompute' | 'backbone-lora' | 'streamed' | 'ema' | 'auto' | 'table', boolean> &
    Record<(typeof NUMBERS)[number], number> & { readonly storage: Storage; readonly weights: FrozenWeights }
>;

const wrong = (what: string, fix: string) => new UsageError(what, fix);

function bytesOf(text: string): number {
  const bytes = bytesWritten(text);
  if (bytes === undefined) throw wrong(`--budget is "${text}".`, 'Write bytes, such as 24GB, 24GiB or 24e9.');
  return bytes;
}

/** What is frozen, and where LoRA is, are what --auto proposes. */
function refuseBesideAuto(given: GivenFlags): void {
  if (given.budget === undefined)
    throw wrong('--auto needs a --budget: no GPU is asked here.', 'Write --budget BYTES, such as 24GB.');
  const chosen = (['freeze', 'freeze-file'] as const).find((flag) => given[flag] !== undefined);
  if (chosen) throw wrong('--auto chooses the filter itself.', `Leave --${chosen} out.`);
  if (given.streamed) throw wrong('--auto proposes both: all in memory, and layer by layer.', 'Leave --streamed out.');
  const other = (['backbone-lora', 'storage'] as const).find((flag) => given[flag] !== undefined);
  if (other) throw wrong('--auto takes neither --backbone-lora nor --storage.', `Leave --${other} out.`);
}
