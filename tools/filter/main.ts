import { parseArgs } from 'node:util';
import { lint } from '../../src/filter/lint';
import { read } from '../../src/filter/parse';
import { report } from '../../src/filter/report';
import { type Shapes, treeOf } from '../../src/filter/tree';
import { variantsOfPaths } from '../../src/filter/variants';
import { asProblem, problem } from '../../src/problem';
import { printJson, readText } from '../json_command';

const USAGE = "Write: npm run filter -- --tree FILE.json --freeze 'EXPR'   (or --freeze-file FILE with Python)";

/**
 * `npm run filter -- --tree FILE.json --freeze 'EXPR'`: what a filter freezes, and what is wrong with it, as JSON. FILE.json
 * maps paths to shapes; `--freeze-file F` reads the filter, or the lines of Python that make it, from a file.
 * Exit 1 with `{error: {what, where, fix}}` for a filter or a file that cannot be read.
 */
export async function main(args: readonly string[]): Promise<number> {
  return printJson(() => answer(args));
}

function answer(args: readonly string[]) {
  const options = optionsOf(args);
  const tree = treeOf(shapesOf(options.tree));
  const text = options.freeze ?? readText(options.freezeFile as string);
  const reading = read(text, variantsOfPaths(tree.paths));
  const found = report(reading.expression, tree);
  return {
    frozen_leaves: found.frozenLeaves,
    frozen_params: found.frozenParameters,
    trainable_leaves: found.trainableLeaves,
    trainable_params: found.trainableParameters,
    resident_state_bytes: found.residentStateBytes,
    findings: lint(text, reading, tree, found),
  };
}

function optionsOf(args: readonly string[]) {
  const { values } = (() => {
    try {
      const string = { type: 'string' } as const;
      return parseArgs({ args: [...args], options: { tree: string, freeze: string, 'freeze-file': string } });
    } catch (error) {
      throw problem(asProblem(error).what, 'command line', USAGE);
    }
  })();
  const { tree, freeze, 'freeze-file': freezeFile } = values;
  if (tree === undefined) throw problem('--tree is missing.', 'command line', USAGE);
  if ((freeze === undefined) === (freezeFile === undefined)) {
    throw problem('One of --freeze and --freeze-file is needed.', 'command line', USAGE);
  }
  return { tree, freeze, freezeFile };
}

const FORM = 'Write an object such as {"PaliGemma/llm/final_norm/scale": [2048]}.';

function shapesOf(file: string): Shapes {
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
