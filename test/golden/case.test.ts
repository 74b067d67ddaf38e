import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCase } from '../../tools/golden/case';

const told = JSON.parse(readFileSync('test/fixtures/golden/pi0_expert_lora/case.json', 'utf8'));
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
])('%j: refused by its name, for its figures are of other mathematics', (changes, message) => {
  expect(() => read(changes)).toThrow(message);
});

test('what is off asks for nothing', () => {
  expect(() => read({ pi05: false, experts: [backbone, { ...expert, lora_rslora: false }] })).toThrow(
    'batch.safetensors is missing',
  );
});
