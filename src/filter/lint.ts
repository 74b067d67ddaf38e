import { DEFAULT_EMA_DECAY } from './ema';
import { bytes, type Finding, finding, type Linted, type Severity } from './finding';
import { lintLora } from './lint_lora';
import { lintOutcome } from './lint_outcome';
import { lintParts } from './lint_parts';
import { type ConfiguredKind, kindOfPaths, type NamedModel } from './named_model';
import type { Reading } from './parse';
import { loraLeaves, writtenOut } from './repair';
import { emaBytes, type Report, report } from './report';
import type { Variants } from './stock';
import { isEmpty, type Tree } from './tree';
import { VARIANT_NAMES, variantsOfPaths } from './variants';

export type { Finding, Severity } from './finding';

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** What of a reading is looked at. */
type LintedReading = Pick<Reading, 'expression' | 'assumed' | 'ema' | 'model'>;

/**
 * What the filter does that its author hardly wants: errors first, then warnings, then notes. Every repair parses,
 * freezes something, and freezes no LoRA leaf.
 *
 * @param text what was read
 * @param known the report of this expression and tree, if there is one already
 */
export function lint(
  text: string,
  { expression, assumed, ema, model }: LintedReading,
  tree: Tree,
  known?: Report,
): Finding[] {
  const linted: Linted = { text, expression, tree, report: known ?? report(expression, tree, ema !== null) };
  const seen = new Set<string>();
  return [
    ...lintParts(linted),
    ...lintLora(linted),
    ...lintOutcome(linted),
    ...averages(linted, ema),
    ...otherModel(linted, model),
    ...assumptions(linted, assumed),
  ]
    .filter(({ rule, at, message }) => {
      const key = `${rule} ${at.start} ${message}`; // a name that is used twice is one place
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

/** What Python would not take as it stands. */
const PYTHON_REFUSES: ReadonlySet<string> = new Set(['operator', 'curly-quotes', 'full-width']);

/** What was read in place of what the text says; Python would not take it, so the filter is written out. */
function assumptions(linted: Linted, assumed: Reading['assumed']): Finding[] {
  const repair = writtenOut(linted.tree, linted.expression);
  return assumed.map(({ rule, span, what }) => {
    const severity = PYTHON_REFUSES.has(rule) ? 'warning' : 'note';
    return { ...finding(linted, rule, severity, { span }, what, null), repair };
  });
}

/** openpi averages all parameters, the frozen too, unless a configuration turns that off, as its own with LoRA do. */
function averages(linted: Linted, ema: Reading['ema']): Finding[] {
  if (!ema) return [];
  const { report, tree } = linted;
  const copy = emaBytes(report.frozenParameters, report.trainableParameters);
  const set =
    ema.written === null ? `ema_decay is left at its default, ${DEFAULT_EMA_DECAY}` : `ema_decay is ${ema.written}`;
  const message = `${set}, so openpi keeps a second copy of all parameters: ${bytes(copy)} more, ${bytes(report.residentStateBytes)} in all; ema_decay=None keeps none.`;
  const severity: Severity = isEmpty(loraLeaves(tree)) ? 'note' : 'warning';
  return [{ ...finding(linted, 'ema-copy', severity, { span: ema.span }, message, null), repair: ema.repair }];
}

/** The configuration in the text is of another model than the one that is counted. */
function otherModel(linted: Linted, model: Reading['model']): Finding[] {
  const { paths } = linted.tree;
  const kind = kindOfPaths(paths);
  if (!model || !kind) return [];
  const here = variantsOfPaths(paths);
  const { variants } = model;
  const compared = kind === 'π0-FAST' ? (['paligemma_variant'] as const) : VARIANT_NAMES;
  const isSame = compared.every((name) => !variants || variants[name].includes('lora') === here[name].includes('lora'));
  if (model.kind === kind && isSame) return [];
  const message = `The configuration is of ${theirs(model)}; what is counted here is a ${kind} ${whereLora(kind, here)}.`;
  return [finding(linted, 'other-model', 'warning', { span: model.span }, message, null)];
}

function theirs({ kind, variants }: NamedModel): string {
  if (!variants) return kind;
  const { paligemma_variant: backbone, action_expert_variant: expert } = variants;
  return kind === 'π0-FAST' ? `${kind} with ${backbone}` : `${kind} with ${backbone} and ${expert}`;
}

function whereLora(kind: ConfiguredKind, { paligemma_variant, action_expert_variant }: Variants): string {
  const [backbone, expert] = [paligemma_variant.includes('lora'), action_expert_variant.includes('lora')];
  if (kind === 'π0-FAST') return backbone ? 'with LoRA' : 'without LoRA';
  if (backbone && expert) return 'with LoRA in backbone and action expert';
  if (!backbone && !expert) return 'without LoRA';
  return `with LoRA in the ${backbone ? 'backbone' : 'action expert'} alone`;
}
