import { problem } from '../../problem';
import { checkLength, checkTraining } from '../../run/check';
import { LARGEST_GPU } from '../../run/prepare';
import type { TextSettings } from '../../settings/text';
import { countTargets } from '../../tokens/batches';
import type { Task } from '../task';
import { prepareText, recordText, type TextOptions } from './prepare';
import { type TextData, TextRun } from './run';
import { textScopes, trueSizeScopes } from './scopes';
import { textForms } from './told_data';

/** What a plan needs to know of text. */
type TextFacts = Pick<TextOptions, 'counted'>;

/** A small language model that learns from text. */
export const text: Task<TextSettings, TextData, TextData, TextFacts> = {
  id: 'text',
  bases: ['text'],
  scopesOf: () => textScopes,
  trueSizeScopes,
  causal: true,
  openedOf: (open) => open.text,
  factsOf: (opened) => ({ counted: opened ? countTargets(opened.dataset) : undefined }),
  prepare: (base, settings, facts, options) => prepareText(base, settings, { ...facts, ...options }),
  prepareTrueSize({ config }, settings, _facts, options) {
    checkTraining(settings);
    checkLength(settings.sequenceLength, 'sequenceLength', 2);
    return recordText(config, settings, settings.sequenceLength, { gpu: LARGEST_GPU, ...options });
  },
  extraWork: () => undefined,
  passOf: () => null,
  async gather(opened) {
    if (!opened) throw problem('There is no data to train on.', 'data', 'Open a file, or the sample.');
    return opened;
  },
  forms: textForms,
  createRun: (parts, data) => new TextRun({ ...parts, ...data }),
};
