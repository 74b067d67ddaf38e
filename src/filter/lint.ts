import type { Expression } from './expression';
import type { Finding, Linted, Severity } from './finding';
import { lintLora } from './lint_lora';
import { lintParts } from './lint_parts';
import { type Report, report } from './report';
import type { Tree } from './tree';

export type { Finding, Severity } from './finding';

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/**
 * What the filter does that its author hardly wants: errors first, then warnings, then notes. Every repair parses,
 * freezes something, and freezes no LoRA leaf.
 *
 * @param text what `expression` was read from
 * @param known the report of this expression and tree, if there is one already
 */
export function lint(text: string, expression: Expression, tree: Tree, known?: Report): Finding[] {
  const linted: Linted = { text, expression, tree, report: known ?? report(expression, tree) };
  const seen = new Set<string>();
  return [...lintParts(linted), ...lintLora(linted)]
    .filter(({ rule, at, message }) => {
      const key = `${rule} ${at.start} ${message}`; // a name that is used twice is one place
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}
