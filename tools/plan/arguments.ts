import { parseArgs } from 'node:util';
import { asProblem, problem } from '../../src/problem';
import { bytesWritten } from '../../src/settings/byte_size';
import { readText } from '../json_command';

/** What the flags of `npm run plan` say; what is not given is left out. */
export interface PlanArguments {
  /** Null: the one that the text names; of --auto, all π0s. */
  readonly model: string | null;
  /** A filter, or the lines of Python that make one; of --auto, none that counts. */
  readonly freeze: string;
  /** Bytes within which something to train is proposed; null where one run is planned. */
  readonly budget: number | null;
  /** Whether a proposal is printed as a table. */
  readonly table: boolean;
  readonly recompute: boolean;
  readonly storage: Storage;
  readonly backboneLora: boolean;
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

type Storage = (typeof STORAGES)[number];

/** How frozen leaves are stored. */
const STORAGES = ['bf16', 'f32'] as const;

/** Flags that hold a whole number, and the least that it may be. */
const NUMBERS = { batch: 1, accumulation: 1, length: 1, horizon: 1, cameras: 0, prefixes: 0, rank: 1 } as const;

export const usage = (models: readonly string[]) =>
  `Write: npm run plan -- --model ${models.join('|')} --freeze 'EXPR' (or --freeze-file FILE with Python; a configuration in it names the model)` +
  ' [--batch N] [--accumulation M] [--length T] [--recompute] [--storage bf16|f32] [--ema];' +
  ' of actions [--horizon H] [--cameras K] [--prefixes N]; of text and actions [--rank R]; of actions [--backbone-lora];' +
  ' or, in place of a filter, --auto --budget BYTES [--table]';

export const planHelp = (
  models: readonly string[],
) => `What a run takes on the GPU, by kind, in bytes, as JSON; no GPU is asked.

  npm --silent run plan -- --model NAME --freeze 'EXPR'

  --model NAME        ${models.join(', ')};
                      needless where a pasted configuration names it
  --freeze EXPR       a filter, or the lines of Python that make one
  --freeze-file FILE  the same from a file
  --batch N           samples of a batch; of a pasted configuration, what it says
  --accumulation M    batches of a step
  --length T          tokens of a window, or of a prompt
  --horizon H         of actions: actions of a chunk
  --cameras K         of actions: cameras
  --prefixes N        of actions: samples whose images and prompt differ
  --rank R            of text and actions: rank of the adapters
  --backbone-lora     of actions: adapters in the backbone too
  --recompute         re-computes a layer in place of keeping it
  --storage bf16|f32  how frozen leaves are stored
  --ema               openpi's bytes with a moving average, as a TrainConfig without ema_decay=None keeps it
  --auto --budget B   in place of a filter: what can be trained within B, such as 24GB, "24 GiB" or 24e9;
                      without --model, of openpi's π0 with adapters wherever they may be
  --table             of --auto: a table in place of JSON
  --help              this text

Exit 0 where a run can be planned; 1 where not, where nothing is left to train, and where nothing fits the budget.`;

/** @throws ProblemError for flags that cannot be read */
export function planArguments(args: readonly string[], models: readonly string[]): PlanArguments {
  const wrong = (what: string) => problem(what, 'command line', usage(models));
  const { model, freeze, 'freeze-file': file, storage = 'bf16', ...flags } = valuesOf(args, wrong);
  if (model !== undefined && !models.includes(model)) throw wrong(`There is no model "${model}".`);
  const { auto = false, budget } = flags;
  if (auto) refuseBesideAuto({ freeze, file, budget, storage, backboneLora: flags['backbone-lora'] ?? false }, wrong);
  else if (budget !== undefined || flags.table)
    throw wrong(`--${budget === undefined ? 'table' : 'budget'} is for --auto.`);
  else if ((freeze === undefined) === (file === undefined)) throw wrong('One of --freeze and --freeze-file is needed.');
  if (!isStorage(storage)) throw wrong(`Frozen leaves are stored as ${STORAGES.join(' or ')}, not "${storage}".`);
  const numbers = Object.entries(NUMBERS).flatMap(([name, least]) => {
    const text = flags[name as keyof typeof NUMBERS];
    if (text === undefined) return [];
    return [[name, wholeNumber(name, text, least, wrong)]];
  });
  return {
    model: model ?? null,
    freeze: auto ? 'Nothing()' : (freeze ?? readText(file as string)),
    budget: budget === undefined ? null : bytesOf(budget, wrong),
    table: flags.table ?? false,
    recompute: flags.recompute ?? false,
    storage,
    backboneLora: flags['backbone-lora'] ?? false,
    ema: flags.ema ?? false,
    ...(Object.fromEntries(numbers) as Partial<Record<keyof typeof NUMBERS, number>>),
  };
}

function wholeNumber(name: string, text: string, least: number, wrong: (what: string) => Error): number {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw wrong(`--${name} is "${text}"; it must be a whole number from ${least}.`);
}

function bytesOf(text: string, wrong: (what: string) => Error): number {
  const bytes = bytesWritten(text);
  if (bytes === undefined) throw wrong(`--budget is "${text}"; it must be bytes, such as 24GB, 24GiB or 24e9.`);
  return bytes;
}

/** What is frozen, and where LoRA is, are what --auto proposes. */
function refuseBesideAuto(
  given: {
    readonly freeze: string | undefined;
    readonly file: string | undefined;
    readonly budget: string | undefined;
    readonly storage: string;
    readonly backboneLora: boolean;
  },
  wrong: (what: string) => Error,
): void {
  if (given.budget === undefined) throw wrong('--auto needs a --budget: no GPU is asked here.');
  if (given.freeze !== undefined || given.file !== undefined) throw wrong('--auto chooses the filter itself.');
  if (given.backboneLora || given.storage !== 'bf16')
    throw wrong('--auto takes neither --backbone-lora nor --storage.');
}

const isStorage = (text: string): text is Storage => STORAGES.some((storage) => storage === text);

function valuesOf(args: readonly string[], wrong: (what: string) => Error) {
  const string = { type: 'string' } as const;
  const boolean = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        model: string,
        freeze: string,
        'freeze-file': string,
        storage: string,
        recompute: boolean,
        'backbone-lora': boolean,
        ema: boolean,
        auto: boolean,
        budget: string,
        table: boolean,
        batch: string,
        accumulation: string,
        length: string,
        horizon: string,
        cameras: string,
        prefixes: string,
        rank: string,
      },
    });
    return values;
  } catch (error) {
    throw wrong(asProblem(error).what);
  }
}
