import { DEFAULT_EMA_DECAY } from './ema';
import { bytes, type Finding, finding, type Linted, type Severity } from './finding';
import { lintLora } from './lint_lora';
import { lintOutcome } from './lint_outcome';
import { lintParts } from './lint_parts';
import type { Reading } from './parse';
import { loraLeaves } from './repair';
import { emaBytes, type Report, report } from './report';
import { isEmpty, type Tree } from './tree';

export type { Finding, Severity } from './finding';

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** What of a reading is looked at. */
type LintedReading = Pick<Reading, 'expression' | 'assumed' | 'ema'>;

/**
 * What the filter does that its author hardly wants: errors first, then warnings, then notes. Every repair parses,
 * freezes something, and freezes no LoRA leaf.
 *
 * @param text what was read
 * @param known the report of this expression and tree, if there is one already
 */
export function lint(text: string, { expression, assumed, ema }: LintedReading, tree: Tree, known?: Report): Finding[] {
  const linted: Linted = { text, expression, tree, report: known ?? report(expression, tree, ema !== null) };
  const seen = new Set<string>();
  return [
    ...lintParts(linted),
    ...lintLora(linted),
    ...lintOutcome(linted),
    ...averages(linted, ema),
    ...assumptions(linted, assumed),
  ]
    .filter(({ rule, at, message }) => {
      const key = `${rule} ${at.start} ${message}`; // a name that is used twice is one place
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

/** What was read in place of what the text says; Python would not take it, so the filter is written out. */
const assumptions = (linted: Linted, assumed: Reading['assumed']): Finding[] =>
  assumed.map(({ rule, span, what }) =>
    finding(linted, rule, rule === 'operator' || rule === 'curly-quotes' ? 'warning' : 'note', { span }, what, null),
  );

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
