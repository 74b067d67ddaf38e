import type { Reading } from '../src/filter/parse';
import { type ModelId, modelNamed } from '../src/model/true_size';
import { problem } from '../src/problem';

/** The model that a configuration in a text names, where no flag does. @throws ProblemError where it names none that is known */
export function modelOfText({ model }: Pick<Reading, 'model'>, usage: string): ModelId {
  if (!model) throw problem('--model is missing, and no configuration in the text names one.', 'command line', usage);
  const named = modelNamed(model);
  if (named) return named;
  const { kind, variants } = model;
  const which = variants ? Object.values(variants).join(' and ') : 'several variants';
  throw problem(`The configuration is of ${kind} with ${which}, which is no model here.`, '--model', usage);
}
