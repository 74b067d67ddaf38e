/** Rules about LoRA weights and what they adapt, and about what openpi's stock filters leave trainable. */
import { LLM } from '../leaves/gemma';
import { IMG } from '../leaves/siglip';
import { bytes, count, type Finding, finding, type Linted, leaves } from './finding';
import { PROJECTIONS } from './known_paths';
import { freezingBases, loraLeaves, regex, settled, withMore } from './repair';
import { freezesNothing } from './report';
import {
  both,
  containing,
  either,
  isEmpty,
  leavesIn,
  type Mask,
  matched,
  parametersIn,
  type Tree,
  without,
} from './tree';

export function lintLora(linted: Linted): Finding[] {
  const { expression, tree, report } = linted;
  const frozen = matched(tree, expression);
  const lora = loraLeaves(tree);
  if (isEmpty(lora)) return stock(linted, frozen);
  if (freezesNothing(report)) return nothingFrozen(linted);
  return [...atRandom(linted, both(frozen, lora)), ...basesTrain(linted, frozen), ...stock(linted, frozen)];
}

const whole = ({ report }: Linted) => report.parts[0]!;

/** Only where the filter says Nothing outright: what a pattern that misses has done is said there. */
function nothingFrozen(linted: Linted): Finding[] {
  const { expression, tree, report } = linted;
  if (report.parts.some(({ expression: { kind } }) => kind === 'PathRegex' || kind === 'PathContains')) return [];
  const message = `This model has LoRA weights to train in place of its own, and nothing is frozen, so all ${count(report.trainableParameters)} parameters train and keep ${bytes(report.residentStateBytes)}.`;
  const repaired = withMore(tree, expression, freezingBases(tree, either(adapted(tree), backboneOf(tree))));
  return [finding(linted, 'lora-nothing-frozen', 'warning', whole(linted), message, repaired)];
}

function atRandom(linted: Linted, frozen: Mask): Finding[] {
  if (isEmpty(frozen)) return [];
  const { expression, tree } = linted;
  const one = leavesIn(frozen) === 1;
  const message = `${leaves(leavesIn(frozen))} of LoRA ${one ? 'is' : 'are'} frozen at ${one ? 'its' : 'their'} random start, where ${one ? 'it disturbs' : 'they disturb'} the model and never ${one ? 'learns' : 'learn'}.`;
  const repaired = settled(tree, expression);
  return [finding(linted, 'lora-frozen-at-random', 'warning', whole(linted), message, repaired)];
}

/** The weights that LoRA adapts: `…/q_einsum/w` beside `…/q_einsum/lora_a`, `…/linear` beside `…/linear_lora_a`. */
function adapted(tree: Tree): Mask {
  const bases = new Set(
    tree.paths.flatMap((path) => {
      const found = /^(.*?)([/_])lora(?:_[^/]*)?$/.exec(path);
      return found ? [found[2] === '/' ? `${found[1]}/w` : found[1]!] : [];
    }),
  );
  return Uint8Array.from(tree.paths, (path) => (bases.has(path) ? 1 : 0));
}

/** The language model's own weights, without those of the action expert. */
const backboneOf = (tree: Tree): Mask =>
  without(containing(tree, LLM), either(containing(tree, '_1'), loraLeaves(tree)));

/** LoRA weights train beside the weights that they adapt; or beside a whole backbone that has none. */
function basesTrain(linted: Linted, frozen: Mask): Finding[] {
  const { expression, tree } = linted;
  const bases = adapted(tree);
  const training = without(bases, frozen);
  if (!isEmpty(training)) {
    const verb = leavesIn(training) === 1 ? 'trains' : 'train';
    const message = `${leaves(leavesIn(training))} with LoRA ${verb} in full (${count(parametersIn(tree, training))} parameters), although LoRA is there to train in place of them.`;
    const more = withMore(tree, expression, freezingBases(tree, training));
    return [finding(linted, 'lora-base-trainable', 'warning', whole(linted), message, more)];
  }
  const backbone = backboneOf(tree);
  const trainingBackbone = without(backbone, frozen);
  if (!isEmpty(both(backbone, bases)) || isEmpty(trainingBackbone) || isEmpty(both(bases, frozen))) return [];
  const message = `Only the action expert has LoRA, and the backbone beside it trains in full: ${count(parametersIn(tree, trainingBackbone))} parameters.`;
  const more = withMore(tree, expression, freezingBases(tree, either(backbone, bases)));
  return [finding(linted, 'lora-base-trainable', 'warning', whole(linted), message, more)];
}

/** openpi's own filters freeze weights of the language model only. */
function stock(linted: Linted, frozen: Mask): Finding[] {
  const { expression, tree } = linted;
  const img = containing(tree, IMG);
  const llm = containing(tree, LLM);
  if (isEmpty(img) || !isEmpty(both(img, frozen)) || isEmpty(both(llm, frozen))) return [];
  const projections = Uint8Array.from(tree.paths, (path) => (PROJECTIONS.includes(path) ? 1 : 0));
  const beside = without(projections, frozen);
  const and = isEmpty(beside) ? '' : ` and ${count(parametersIn(tree, beside))} of the projections`;
  const message = `As with openpi's stock filters, all ${count(parametersIn(tree, img))} parameters of the image tower${and} train.`;
  const repaired = withMore(tree, expression, regex('.*img.*'));
  return [finding(linted, 'stock-leaves-img-and-projections', 'note', whole(linted), message, repaired)];
}
