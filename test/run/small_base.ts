import type { Base } from '../../src/base/base';
import { heldWeights } from '../../src/base/weights';
import type { ModelConfig } from '../../src/model/config';
import { elements, leavesOf } from '../../src/model/tree';
import { normals, randomStream } from '../../src/random';
import { defaultSettings } from '../../src/settings/defaults';
import type { TextSettings } from '../../src/settings/text';
import type { TokenDataset } from '../../src/tokens/batches';
import type { ChatTokenizer } from '../../src/tokens/chat_template';

const CONFIG: ModelConfig = {
  vocabSize: 60,
  experts: [{ width: 16, depth: 2, mlpDim: 24, numHeads: 2, numKvHeads: 1, headDim: 8 }],
};

/** Its weights. */
export const SMALL_VALUES = new Map(
  leavesOf(CONFIG).map(({ path, shape }) => [
    path,
    normals(elements(shape), randomStream('small base', path)).map((v) => 0.3 * v),
  ]),
);

/** A base of random weights: what runs do does not depend on what the weights mean. */
export const SMALL_BASE: Base = {
  summary: {
    id: 'text',
    name: 'small',
    description: '',
    parameters: 0,
    vocabularySize: CONFIG.vocabSize,
    context: 32,
    cameras: 0,
    heldoutBitsPerByte: Number.NaN,
    licence: '',
  },
  config: CONFIG,
  weights: heldWeights(SMALL_VALUES, 'small'),
  hash: 'ab'.repeat(32),
  tokenizerFiles: async () => ({ tokenizer: {} }),
};

/** Counts up from its first token, over and over: easy to learn. Windows of nine tokens. */
export const COUNTING: TokenDataset = (() => {
  const windows = 24;
  const perWindow = 9;
  const tokens = Uint16Array.from(
    { length: windows * perWindow },
    (_, i) => 8 + (((i % perWindow) + Math.floor(i / perWindow)) % 40),
  );
  return {
    tokens,
    lossMask: new Uint8Array(tokens.length).fill(1),
    offsets: Uint32Array.from({ length: windows + 1 }, (_, w) => w * perWindow),
    training: Uint32Array.from({ length: 18 }, (_, n) => n + Math.floor(n / 3)),
    heldout: Uint32Array.from({ length: 6 }, (_, n) => 4 * n + 3), // its numbers occur in the others too
    sequenceLength: perWindow - 1,
    vocabularySize: CONFIG.vocabSize,
    pad: 0,
  };
})();

/** Names its ids: enough for sampling. */
export const NUMBERS: ChatTokenizer = {
  vocabularySize: CONFIG.vocabSize,
  control: { pad: 0, eos: [1], bos: 2, opening: [2] },
  names: new Map(),
  silent: new Set([0, 1, 2, 4, 5]),
  chat: { ok: false, problem: { what: 'Numbers are no conversation.' } },
  pieces: (text) => [text],
  encode: (text) => text.split(' ').map(Number),
  decode: (ids) => ids.join(' '),
};

export const settingsOf = (changes: Partial<TextSettings> = {}): TextSettings => ({
  ...defaultSettings,
  steps: 8,
  batchSize: 3,
  sequenceLength: COUNTING.sequenceLength,
  loraRank: 2,
  loraAlpha: 4,
  learningRate: 0.02,
  endLearningRate: 0.002,
  warmupSteps: 2,
  evaluateEvery: 3,
  checkpointEvery: 4,
  ...changes,
});
