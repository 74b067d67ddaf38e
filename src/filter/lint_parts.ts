/** Rules about parts that match no weight, and about the whole that freezes none. */
import { LLM } from '../leaves/gemma';
import { IMG } from '../leaves/siglip';
import type { Expression } from './expression';
import { bytes, count, type Finding, finding, type Linted, leaves, type Severity, shown } from './finding';
import { KNOWN_PATHS } from './known_paths';
import { type Atom, asNamedHere, asSubstring, isAtom, withoutLayerIndex } from './pattern_repair';
import { disjointGroups, type Group, settled, withoutPart } from './repair';
import { freezesNothing, type Part } from './report';
import { isEmpty, leavesIn, matched, pathsIn, type Tree, treeOf } from './tree';

const knownTree = treeOf(Object.fromEntries(KNOWN_PATHS.map((path) => [path, [1]])));

/** `empty`, and what makes a filter or a part of it empty. */
export function lintParts(linted: Linted): Finding[] {
  const { report } = linted;
  const findings = report.parts.flatMap((part, index) => {
    if (isAtom(part.expression) && part.leaves === 0) return unmatched(linted, part, part.expression, index);
    if (part.expression.kind === 'All') return disjoint(linted, part);
    return nothingLeft(linted, part, index);
  });
  const explained = findings.some(({ severity }) => severity === 'error');
  return freezesNothing(report) && !explained ? [...empty(linted), ...findings] : findings;
}

/** Whether the part stands under an odd number of Nots: matching less, it makes the filter freeze more. */
function isExcluded({ report }: Linted, index: number): boolean {
  let excluded = false;
  for (let i = report.parts[index]!.parent; i >= 0; i = report.parts[i]!.parent) {
    if (report.parts[i]!.expression.kind === 'Not') excluded = !excluded;
  }
  return excluded;
}

/** Why a pattern or a key matches no weight: by a layer's number, as a part only, for another variant, or for no reason known. */
function unmatched(linted: Linted, part: Part, atom: Atom, index: number): Finding[] {
  const { expression, tree, report } = linted;
  const excluded = isExcluded(linted, index);
  const isCause = freezesNothing(report) && !excluded;
  const severity: Severity = isCause ? 'error' : 'warning';
  const because = isCause
    ? 'This filter freezes nothing, because'
    : `This part ${excluded ? 'excludes' : 'matches'} nothing, because`;
  const stacked = withoutLayerIndex(tree, atom);
  if (stacked) {
    const message = `${because} ${shown(atom)} asks for single layers, and each leaf here holds all ${depth(tree, stacked)}: a filter takes all layers or none.`;
    return [finding(linted, 'stacked-layer-index', severity, part, message, settled(tree, expression))];
  }
  const meant = isEmpty(matched(knownTree, atom)) ? asSubstring(tree, atom) : null;
  if (meant) {
    const found = leaves(leavesIn(matched(tree, meant)));
    const message = `${because} ${misses(atom)}: ${shown(meant)} matches ${found}.`;
    return [finding(linted, 'substring-only', severity, part, message, settled(tree, expression))];
  }
  const renamed = isEmpty(matched(knownTree, atom)) ? asNamedHere(tree, atom) : null;
  if (renamed) {
    const found = leaves(leavesIn(matched(tree, renamed.atom)));
    const message = `${because} ${shown(atom)} ${renamed.why}: ${shown(renamed.atom)} matches ${found}.`;
    return [finding(linted, 'other-names', severity, part, message, settled(tree, expression))];
  }
  const rest = withoutPart(expression, atom);
  const repaired = rest && settled(tree, rest);
  const known = isEmpty(matched(knownTree, atom)) ? asSubstring(knownTree, atom) : atom;
  if (known) {
    const grade = isCause || !excluded ? severity : 'note';
    const message = `${because} ${shown(atom)} names ${elsewhere(known)}, and this model has none.`;
    return [finding(linted, 'other-variant', grade, part, message, repaired)];
  }
  if (isCause && report.parts.length === 1) return []; // `empty` says it
  const message = `${because} ${shown(atom)} fits none of the ${leaves(tree.paths.length)} here.`;
  return [finding(linted, 'unmatched-part', severity, part, message, repaired)];
}

/** How many layers the tensors that a pattern matches hold. */
function depth(tree: Tree, stacked: Expression): string {
  const [layers] = tree.shapes[matched(tree, stacked).indexOf(1)] ?? [];
  return layers === undefined ? 'layers' : `${layers} layers`;
}

/** What keeps a pattern from matching a path that it was meant for. */
function misses(atom: Atom): string {
  if (atom.kind === 'PathContains') {
    return `"${atom.key}" has to be all that stands between one "/" of a path and the next`;
  }
  const rule = `${shown(atom)} has to fit the whole path of a leaf`;
  if (/[\w/-]\*/.test(atom.pattern)) return `${rule}, and its "*" only repeats the letter before it`;
  const lost = /(^|[^\\])\.(?![*+?{])/.test(atom.pattern);
  return lost
    ? `${rule}, and each "." without a "*" behind it stands for one letter only`
    : `${rule}, not a part of one`;
}

/** What the paths of other variants that the atom matches have in common. */
function elsewhere(atom: Atom): string {
  const paths = pathsIn(knownTree, matched(knownTree, atom));
  if (paths.every((path) => path.includes('lora'))) {
    return paths.every((path) => path.includes('_1')) ? 'LoRA weights of the action expert' : 'LoRA weights';
  }
  if (paths.every((path) => path.startsWith(LLM) && path.includes('_1'))) return 'weights of an action expert';
  if (paths.every((path) => path.startsWith(IMG))) return 'weights of an image tower';
  return `weights of another variant, such as ${paths[0]}`;
}

function disjoint(linted: Linted, part: Part): Finding[] {
  const { expression, tree, report } = linted;
  const all = part.expression;
  if (all.kind !== 'All' || part.leaves > 0) return [];
  const severity: Severity = freezesNothing(report) ? 'error' : 'warning';
  const what = severity === 'error' ? 'This filter freezes nothing' : `${shown(all)} matches nothing`;
  const groups = disjointGroups(tree, all);
  if (groups) {
    const [first, second] = groups as [Group, Group];
    const names = first.parts.map(shown).join(', ');
    const together = `${first.parts.length === 1 ? 'both' : 'all of'} ${names} and ${shown(second.parts[0]!)}`;
    const message = `${what}, because All keeps only what every part of it matches, and no path matches ${together}: Any takes what either matches.`;
    return [finding(linted, 'disjoint-all', severity, part, message, settled(tree, expression))];
  }
  const matching = all.of.filter((one) => !isEmpty(matched(tree, one)));
  if (matching.length < all.of.length || all.of.length < 2) return []; // a part that matches nothing says it
  const message = `${what}, because the Not in All takes away everything that its other parts match.`;
  return [finding(linted, 'disjoint-all', severity, part, message, null)];
}

/** A Not around something that matches every weight. */
function nothingLeft(linted: Linted, part: Part, index: number): Finding[] {
  const { expression } = part;
  if (expression.kind !== 'Not' || part.leaves > 0 || isByDesign(expression) || part.parent < 0) return [];
  const { report } = linted;
  for (const one of report.parts.slice(index + 1)) {
    if (one.depth <= part.depth) break;
    if (isAtom(one.expression) && one.leaves === 0) return []; // that one says it
  }
  const severity: Severity = freezesNothing(report) ? 'error' : 'warning';
  const message = `${shown(expression)} matches nothing, because ${shown(expression.of)} matches every weight.`;
  return [finding(linted, 'unmatched-part', severity, part, message, null)];
}

/** Whether no pattern is in it, so that it says outright what it matches. */
function isByDesign(expression: Expression): boolean {
  if (expression.kind === 'Not') return isByDesign(expression.of);
  if (expression.kind === 'All' || expression.kind === 'Any') return expression.of.every(isByDesign);
  return !isAtom(expression);
}

function empty(linted: Linted): Finding[] {
  const { expression, tree, report } = linted;
  const whole = report.parts[0]!;
  if (isByDesign(expression)) {
    if (tree.paths.some((path) => path.includes('lora'))) return []; // `lora-nothing-frozen` says it
    const all = `${leaves(tree.paths.length)} train: ${count(report.trainableParameters)} parameters, which keep ${bytes(report.residentStateBytes)}`;
    const message = `Nothing is frozen, so all ${all}.`;
    return [finding(linted, 'empty', 'note', whole, message, null)];
  }
  const message = `This filter freezes nothing, because ${shown(expression)} matches none of the ${leaves(tree.paths.length)} here.`;
  return [finding(linted, 'empty', 'error', whole, message, null)];
}
