import { lint } from '../../src/filter/lint';
import { read } from '../../src/filter/parse';
import { report } from '../../src/filter/report';
import { type Shapes, treeOf } from '../../src/filter/tree';
import { variantsOfPaths } from '../../src/filter/variants';
import { countedModels, leavesOfModel, plannedModels } from '../../src/model/true_size';
import { asProblem, problem } from '../../src/problem';
import { readFlags, UsageError } from '../flags.mjs';
import { printJson, readText } from '../json_command';
import { modelOfText } from '../model_of_text';
import { command } from './flags.mjs';

const KNOWN = [...plannedModels, ...countedModels].map(({ id }) => id);

/**
 * `npm run filter -- --model NAME --freeze 'EXPR'`: what a filter freezes, and what is wrong with it, as JSON.
 * `--tree FILE.json` in place of a model maps paths to shapes; `--freeze-file F` reads the filter, or the lines of Python
 * that make it, from a file. Exit 1 with `{error: {what, where, fix}}` for a filter or a file that cannot be read, and
 * for a filter that leaves nothing to train, which has its counts beside the error; 2 for a mistake on the command line.
 */
export const main = (args: readonly string[]): Promise<number> =>
  printJson(
    () => answer(args),
    ({ trainable_leaves }) => trainable_leaves > 0,
  );

function answer(args: readonly string[]) {
  const options = optionsOf(args);
  const text = options.freeze ?? readText(options.freezeFile as string);
  const model = options.tree === undefined ? (options.model ?? modelOfText(read(text), KNOWN)) : null;
  const tree = treeOf(model === null ? shapesOfFile(options.tree as string) : shapesOfModel(model));
  const reading = read(text, variantsOfPaths(tree.paths));
  const found = report(reading.expression, tree, options.ema || reading.ema !== null);
  const findings = lint(text, reading, tree, found);
  const nothing = findings.find(({ rule }) => rule === 'nothing-trains');
  return {
    ...(nothing ? { error: { what: nothing.message, where: 'freeze filter', fix: 'Freeze less.' } } : {}),
    ...(model === null ? {} : { model }),
    frozen_leaves: found.frozenLeaves,
    frozen_params: found.frozenParameters,
    trainable_leaves: found.trainableLeaves,
    trainable_params: found.trainableParameters,
    resident_state_bytes: found.residentStateBytes,
    ...(found.emaBytes > 0 ? { ema_bytes: found.emaBytes } : {}),
    findings,
  };
}

function optionsOf(args: readonly string[]) {
  type Given = Partial<Record<'model' | 'tree' | 'freeze' | 'freeze-file', string> & { readonly ema: boolean }>;
  const { model, tree, freeze, 'freeze-file': freezeFile, ema = false } = readFlags(command, args).values as Given;
  if (model !== undefined && tree !== undefined) {
    throw new UsageError('--model and --tree are two trees.', 'Leave one of them out.');
  }
  if ((freeze === undefined) === (freezeFile === undefined)) {
    const fix = "Write --freeze 'EXPR', or --freeze-file FILE.";
    throw new UsageError('One of --freeze and --freeze-file is needed.', fix);
  }
  return { model, tree, freeze, freezeFile, ema };
}

function shapesOfModel(name: string): Shapes {
  const model = KNOWN.find((id) => id === name);
  if (!model) {
    throw new UsageError(`There is no model "${name}".`, `Write one of: ${KNOWN.join(', ')}.`, '--model');
  }
  return Object.fromEntries(leavesOfModel(model).map(({ path, shape }) => [path, shape]));
}

const FORM = 'Write an object such as {"PaliGemma/llm/final_norm/scale": [2048]}.';

function shapesOfFile(file: string): Shapes {
  const text = readText(file);
  const parsed: unknown = (() => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw problem(`The tree is not JSON: ${asProblem(error).what}`, file, FORM);
    }
  })();
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw problem('The tree does not map paths to shapes.', file, FORM);
  }
  const leaves = Object.entries(parsed);
  if (leaves.length === 0) throw problem('The tree has no leaves.', file, FORM);
  for (const [path, shape] of leaves) {
    if (Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0)) continue;
    throw problem(`"${path}" has no shape, which is a list of whole numbers.`, file, FORM);
  }
  return parsed as Shapes;
}
