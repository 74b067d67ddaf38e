import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { f32Tensor, readSafetensors, writeSafetensors } from '../../src/containers/safetensors';
import { readCase } from '../../tools/golden/case';
import { Comparison } from '../../tools/golden/compare';

const FOLDER = 'test/fixtures/golden/pi0_expert_lora';
const told = JSON.parse(readFileSync(`${FOLDER}/case.json`, 'utf8'));
const [backbone, expert] = told.experts;

const read = (changes: object) => {
  const folder = mkdtempSync(join(tmpdir(), 'case-'));
  writeFileSync(join(folder, 'case.json'), JSON.stringify({ ...told, ...changes }));
  return readCase(folder);
};

test.each([
  [{ pi06: true }, 'The field pi06 is true;'],
  [{ experts: [backbone, { ...expert, lora_axes: [0, 1] }] }, 'The field experts[1].lora_axes is [0,1];'],
  [{ img: { ...told.img, pool: 'map' } }, 'The field img.pool is "map";'],
  [{ optimizer: { ...told.optimizer, nesterov: true } }, 'The field optimizer.nesterov is true;'],
  [{ kind: 'hf', optimizer: { ...told.optimizer, nesterov: true } }, 'The field optimizer.nesterov is true;'],
])('%j: refused by its name, for its figures are of other mathematics', (changes, message) => {
  expect(() => read(changes)).toThrow(message);
});

test.each([
  ['batch', 'loss_mask'],
  ['batch', 'image/right_wrist_0_rgb'],
  ['params', 'PaliGemma/llm/layers/attn/q_einsum_1/lora_c'],
])('a tensor of %s that nothing reads is named: %s', (file, name) => {
  const folder = mkdtempSync(join(tmpdir(), 'case-'));
  cpSync(FOLDER, folder, { recursive: true });
  expect(readCase(folder).unread).toEqual([]);
  const path = join(folder, `${file}.safetensors`);
  const tensors = new Map(readSafetensors(new Uint8Array(readFileSync(path)), path).tensors);
  writeFileSync(path, writeSafetensors(tensors.set(name, f32Tensor(Float32Array.of(1), [1]))));
  expect(readCase(folder).unread).toEqual([name]);
});

test('figures that nothing was held against are named', () => {
  const comparison = new Comparison();
  comparison.add('out', 'out/v_t', [1], [1]);
  comparison.omit('after/x', 'its gradient is rounding');
  comparison.omitOthers(['out/v_t', 'after/x', 'out/other'], ['time_of_day']);
  expect(comparison.omitted.slice(1)).toEqual([
    { path: 'out/other', why: 'nothing here computes it' },
    { path: 'time_of_day', why: 'nothing here reads it' },
  ]);
});

test('what is off asks for nothing', () => {
  expect(() =>
    read({ pi05: false, pi06: null, pi07: 0, experts: [backbone, { ...expert, lora_rslora: false }] }),
  ).toThrow('batch.safetensors is missing');
});
