import { expect, test } from 'vitest';
import { tensor } from '../../../src/gpu/tensor';
import { uploadParameters } from '../../../src/model/load';
import { Parameters } from '../../../src/model/parameters';
import { angleValues, cacheSizes, recordTextLogits, textInputs, textModelOf } from '../../../src/model/text';
import { elements, type Leaf, leavesOf } from '../../../src/model/tree';
import { normals, randomStream } from '../../../src/random';
import { Tape } from '../../../src/tape/tape';
import { recordTextSampler, TextSampler } from '../../../src/tasks/text/sampler';
import { memory, runAndRead } from '../../gpu';
import { exceptLora, parametersOf, SMALL } from '../../model/small';

const MINUTE = 60_000; // a slow machine compiles for a while
const CONTEXT = 12;
const PROMPT = [7, 280, 3, 99];

const valuesOf = (leaf: Leaf) => normals(elements(leaf.shape), randomStream('sampled', leaf.path)).map((v) => 0.4 * v);

const parameters = parametersOf(exceptLora);
/** Their table is in three pieces. */
const inPieces = new Parameters(leavesOf(SMALL), exceptLora, { arenaBytes: 2 * 128 * 24 });
for (const each of [parameters, inPieces]) uploadParameters(memory, each, valuesOf);

/** The likeliest token after these, all of them in one pass. */
async function likeliestAfter(tokens: readonly number[]): Promise<number> {
  const T = tokens.length;
  const model = textModelOf(SMALL);
  const inputs = textInputs(model, { B: 1, T });
  const logits = tensor('logits', 'N V', { N: T, V: SMALL.vocabSize }, { kind: 'workspace' });
  const tape = new Tape();
  const kv = Array.from({ length: model.depth }, () => tape.activation('kv', 'B S D H', cacheSizes(model, 1, T)));
  recordTextLogits(tape, model, parameters, { places: inputs, tokens: inputs.tokens, logits }, kv);
  memory.upload(inputs.tokens, Uint32Array.from(tokens));
  for (const [table, values] of angleValues(model, inputs.angles)) memory.upload(table, values);
  for (const t of [inputs.position, inputs.slot, inputs.queryBlock, inputs.keyBlock]) {
    memory.upload(t, Uint32Array.from(tokens.keys()));
  }
  const last = (await runAndRead(tape.forward, logits)).slice(-SMALL.vocabSize);
  return last.indexOf(Math.max(...last));
}

test.each([
  ['one table', parameters],
  ['a table in pieces', inPieces],
])(
  'a token at a time, from the cache, gives what all tokens at once give: %s',
  async (_, own) => {
    const sampler = await TextSampler.create(memory, recordTextSampler(SMALL, own, CONTEXT, { software: false }));
    const nothing: ReadonlySet<number> = new Set();
    const answer = await sampler.continue(PROMPT, {
      maxTokens: CONTEXT - PROMPT.length,
      temperature: 0,
      topK: 0,
      topP: 1,
      seed: 1,
      stopAt: nothing,
      never: nothing,
      onToken: () => undefined,
      cancelled: () => false,
    });
    const expected: number[] = [];
    while (expected.length < answer.length) expected.push(await likeliestAfter([...PROMPT, ...expected]));
    expect(answer.length).toBe(CONTEXT - PROMPT.length);
    expect(new Set(answer).size).toBeGreaterThan(2);
    expect(answer).toEqual(expected);
  },
  MINUTE,
);
