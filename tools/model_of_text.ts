import type { Reading } from '../src/filter/parse';
import { type ModelId, modelNamed } from '../src/model/true_size';
import { UsageError } from './flags.mjs';

/** The model that a configuration in a text names, where no flag does. @param known names of models @throws UsageError where it names none that is known */
export function modelOfText({ model }: Pick<Reading, 'model'>, known: readonly string[]): ModelId {
  const fix = `Write --model with one of: ${known.join(', ')}.`;
  if (!model) throw new UsageError('--model is missing, and no configuration in the text names one.', fix);
  const named = modelNamed(model);
  if (named) return named;
  const { kind, variants } = model;
  const which = variants ? Object.values(variants).join(' and ') : 'several variants';
  throw new UsageError(`The configuration is of ${kind} with ${which}, which is no model here.`, fix, '--model');
}
