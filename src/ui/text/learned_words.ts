import type { EndedRun } from '../../worker/api';
import { count } from '../words/format';
import { words } from './words';

/**
 * What a run came to, in one sentence: among how many equally likely tokens a fair choice would be as unsure as the model is
 * of the next token of what was held out, which is e to the loss (the perplexity). Empty where that was not measured.
 */
export function learnedWords({
  baselineHeldout,
  heldout,
  verdict,
}: Pick<EndedRun, 'baselineHeldout' | 'heldout' | 'verdict'>): string {
  const { learned } = words.run;
  if (verdict.outcome === 'unmeasured' || !Number.isFinite(baselineHeldout)) return '';
  if (!Number.isFinite(heldout)) return learned.lost;
  const [before, after] = [choices(baselineHeldout), choices(heldout)];
  if (verdict.outcome === 'no better' || before === after) return learned.nothing(before);
  return verdict.outcome === 'better' ? learned.better(before, after) : learned.worse(before, after);
}

/** e to a loss, as a person would say it: 62, 8.3. */
function choices(loss: number): string {
  const perplexity = Math.exp(loss);
  return perplexity < 10 ? perplexity.toFixed(1) : count(perplexity);
}
