/** Rules about the whole outcome: nothing trains; more trains in full than with openpi's own filter; a pattern catches more. */

import { caughtBeside } from './caught';
import { bytes, count, type Finding, finding, type Linted, leaves, shown } from './finding';
import { modulesOf } from './modules';
import { isAtom } from './pattern_repair';
import { loraLeaves, settled, withInstead } from './repair';
import { type Part, residentStateBytes } from './report';
import { stockFilter } from './stock';
import { both, containing, isEmpty, leavesIn, type Mask, matched, parametersIn, without } from './tree';
import { variantsOfPaths } from './variants';

export const lintOutcome = (linted: Linted): Finding[] => [
  ...nothingTrains(linted),
  ...linted.report.parts.flatMap((part) => alsoMatches(linted, part)),
  ...fullBesideLora(linted),
];

function nothingTrains(linted: Linted): Finding[] {
  const { tree, report } = linted;
  if (report.trainableLeaves > 0) return [];
  const lora = isEmpty(loraLeaves(tree))
    ? report.parts.find((part) => isAtom(part.expression) && part.leaves === 0 && /lora/i.test(shown(part.expression)))
    : undefined;
  const because = lora
    ? `, because no leaf of this model is called lora and ${shown(lora.expression)} excludes nothing; a variant with LoRA may be meant.`
    : '.';
  const message = `Nothing is left to train: all ${leaves(tree.paths.length)} are frozen${because}`;
  return [finding(linted, 'nothing-trains', 'error', report.parts[0]!, message, null)];
}

/** A name such as "_1" that one module has throughout, and that single leaves of another have too. */
function alsoMatches(linted: Linted, part: Part): Finding[] {
  const { tree, expression } = linted;
  if (!isAtom(part.expression)) return [];
  const caught = caughtBeside(tree, part.expression);
  if (!caught) return [];
  const { meant, beside, accident, repaired } = caught;
  const instead = repaired ? `: ${shown(repaired)} does not` : '';
  const message = `${shown(part.expression)} matches the ${meant.name}, and also ${leaves(leavesIn(accident))} of the ${beside.name} (${count(parametersIn(tree, accident))} parameters)${instead}.`;
  const right = repaired && settled(tree, withInstead(expression, part.expression, repaired));
  return [finding(linted, 'also-matches', 'warning', part, message, right)];
}

/** What trains beside LoRA, where that is more than openpi's own filter of this variant leaves. */
function fullBesideLora(linted: Linted): Finding[] {
  const { tree, expression, report } = linted;
  const lora = loraLeaves(tree);
  const frozen = matched(tree, expression);
  if (isEmpty(without(lora, frozen)) || isEmpty(frozen)) return [];
  const inFull = (mask: Mask) => without(without(containing(tree, ''), mask), lora);
  const stock = matched(tree, stockFilter('Pi0Config', variantsOfPaths(tree.paths), { begin: 0, end: 0 }));
  const [here, there] = [inFull(frozen), inFull(stock)].map((mask) => parametersIn(tree, mask)) as [number, number];
  if (here <= there) return [];
  const parts = modulesOf(tree)
    .map(({ name, mask }) => ({ name, parameters: parametersIn(tree, both(mask, inFull(frozen))) }))
    .filter(({ parameters }) => parameters > 0)
    .map(({ name, parameters }) => `${name} ${count(parameters)}`);
  const total = parametersIn(tree, containing(tree, ''));
  const kept = parametersIn(tree, stock);
  const stockBytes = bytes(residentStateBytes(kept, total - kept));
  const message = `Beside LoRA, ${count(here)} parameters train in full (${parts.join(', ')}), which keeps ${bytes(report.residentStateBytes)}; with openpi's own filter for these variants it is ${count(there)} and ${stockBytes}.`;
  return [finding(linted, 'full-beside-lora', 'warning', report.parts[0]!, message, null)];
}
