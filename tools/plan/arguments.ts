import { parseArgs } from 'node:util';
import { asProblem, problem } from '../../src/problem';
import { readText } from '../json_command';

/** What the flags of `npm run plan` say; what is not given is left out. */
export interface PlanArguments {
  readonly model: string;
  /** A filter, or the lines of Python that make one. */
  readonly freeze: string;
  readonly recompute: boolean;
  readonly storage: Storage;
  readonly backboneLora: boolean;
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

const usage = (models: readonly string[]) =>
  `Write: npm run plan -- --model ${models.join('|')} --freeze 'EXPR' (or --freeze-file FILE with Python)` +
  ' [--batch N] [--accumulation M] [--length T] [--recompute] [--storage bf16|f32];' +
  ' of actions [--horizon H] [--cameras K] [--prefixes N]; of text and actions [--rank R]; of actions [--backbone-lora]';

/** @throws ProblemError for flags that cannot be read */
export function planArguments(args: readonly string[], models: readonly string[]): PlanArguments {
  const wrong = (what: string) => problem(what, 'command line', usage(models));
  const { model, freeze, 'freeze-file': file, storage = 'bf16', ...flags } = valuesOf(args, wrong);
  if (model === undefined) throw wrong('--model is missing.');
  if (!models.includes(model)) throw wrong(`There is no model "${model}".`);
  if ((freeze === undefined) === (file === undefined)) throw wrong('One of --freeze and --freeze-file is needed.');
  if (!isStorage(storage)) throw wrong(`Frozen leaves are stored as ${STORAGES.join(' or ')}, not "${storage}".`);
  const numbers = Object.entries(NUMBERS).flatMap(([name, least]) => {
    const text = flags[name as keyof typeof NUMBERS];
    if (text === undefined) return [];
    if (/^\d+$/.test(text) && Number(text) >= least) return [[name, Number(text)]];
    throw wrong(`--${name} is "${text}"; it must be a whole number from ${least}.`);
  });
  return {
    model,
    freeze: freeze ?? readText(file as string),
    recompute: flags.recompute ?? false,
    storage,
    backboneLora: flags['backbone-lora'] ?? false,
    ...(Object.fromEntries(numbers) as Partial<Record<keyof typeof NUMBERS, number>>),
  };
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
