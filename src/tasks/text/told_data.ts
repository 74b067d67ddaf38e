/** What a text run keeps of its own, as a file from anywhere holds it. */
import { arrayOf, count, type Form, flag, listOf, number, object, text } from '../../adapter/forms';
import type { RunForms } from '../../adapter/told_run';
import type { TokenDataset } from '../../tokens/batches';
import type { TextData } from './run';

const bytes = arrayOf(Uint8Array);
const counts = arrayOf(Uint32Array);
const shorts = arrayOf(Uint16Array);

const dataset: Form<TokenDataset> = object({
  tokens: (value) => shorts(value) ?? counts(value),
  ...{ lossMask: bytes, offsets: counts, training: counts, heldout: counts },
  ...{ sequenceLength: count, vocabularySize: count, pad: count },
});

/** Whether what counts into a list stays in it. */
function agrees({ tokens, lossMask, offsets, training, heldout, ...sizes }: TokenDataset): boolean {
  const { sequenceLength, vocabularySize, pad } = sizes;
  const windows = offsets.length - 1;
  const isWindow = (w: number) => w < windows;
  const isShort = (end: number, w: number) =>
    w === 0 || (end > offsets[w - 1]! && end - offsets[w - 1]! <= sequenceLength + 1);
  return (
    lossMask.length === tokens.length &&
    training.length > 0 &&
    [training, heldout].every((half) => half.every(isWindow)) &&
    offsets.every(isShort) &&
    offsets[windows]! <= tokens.length &&
    pad < vocabularySize &&
    tokens.every((token) => token < vocabularySize)
  );
}

const told: Form<TextData> = object(
  { dataset, chat: flag },
  { reasons: flag, cut: object({ examples: count, share: number }) },
);

export const textForms: RunForms<TextData> = {
  data(value) {
    const data = told(value);
    return data && agrees(data.dataset) ? data : undefined;
  },
  base: object({ texts: listOf(text) }),
};
