import { problem } from '../../problem';
import { checkLength, checkTraining } from '../../run/check';
import { LARGEST_GPU } from '../../run/prepare';
import type { TextSettings } from '../../settings/text';
import type { Task } from '../task';
import { prepareText, recordText } from './prepare';
import { type TextData, TextRun } from './run';
import { textScopes, trueSizeScopes } from './scopes';

/** A small language model that learns from text. */
export const text: Task<TextSettings, TextData, TextData, object> = {
  id: 'text',
  bases: ['text'],
  scopes: textScopes,
  trueSizeScopes,
  causal: true,
  openedOf: (open) => open.text,
  factsOf: () => ({}),
  prepare: (base, settings, _facts, options) => prepareText(base, settings, options),
  prepareTrueSize({ config }, settings, _facts, options) {
    checkTraining(settings);
    checkLength(settings.sequenceLength, 'sequenceLength', 2);
    return recordText(config, settings, settings.sequenceLength, { gpu: LARGEST_GPU, ...options });
  },
  extraWork: () => undefined,
  async gather(opened) {
    if (!opened) throw problem('There is no data to train on.', 'data', 'Open a file, or the sample.');
    return opened;
  },
  createRun: (parts, data) => new TextRun({ ...parts, ...data }),
};
