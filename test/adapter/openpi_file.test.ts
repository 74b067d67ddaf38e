import { expect, test } from 'vitest';
import type { Adapter, KnownBase } from '../../src/adapter/adapter';
import { exportOpenpi, importAdapter } from '../../src/adapter/openpi_file';
import { f32Tensor, readSafetensors, type StoredTensor, writeSafetensors } from '../../src/containers/safetensors';
import { toBf16 } from '../../src/floats';
import { ProblemError } from '../../src/problem';
import { base, sampleAdapter } from './sample';

const FILE = 'sea.safetensors';
const NOW = 1_800_000_000_000;
const take = (bytes: Uint8Array, bases: readonly KnownBase[] = [base]) => importAdapter(bytes, FILE, bases, 'new', NOW);

/** The sample's file, taken apart, changed, and written again. */
function changed(
  change: (tensors: Map<string, StoredTensor>, metadata: Record<string, string>) => void,
  adapter: Adapter = sampleAdapter(),
): Uint8Array {
  const { tensors, metadata } = readSafetensors(exportOpenpi(adapter), FILE);
  const told = { ...metadata };
  change(tensors, told);
  return writeSafetensors(tensors, told);
}

const Q_A = 'PaliGemma/llm/layers/attn/q_einsum/lora_a';
const NORM = 'PaliGemma/llm/final_norm/scale';

test('an exported adapter comes back whole under a new id', () => {
  const adapter = sampleAdapter({ rank: 3, alpha: 1.25, also: [NORM] });
  const { adapter: again, notes } = take(exportOpenpi(adapter));
  expect(again).toEqual({ ...adapter, summary: { ...adapter.summary, id: 'new' } });
  expect(notes).toEqual([]);
});

test('an adapter with rsLoRA’s scale comes back with it', () => {
  const adapter = sampleAdapter({ rank: 3, alpha: 2 });
  const experts = base.modelConfig.experts.map((expert) => ({
    ...expert,
    lora: { rank: 3, alpha: 2, rootScaled: true },
  }));
  const scaled = { ...adapter, modelConfig: { ...base.modelConfig, experts } };
  expect(take(exportOpenpi(scaled)).adapter.modelConfig).toEqual(scaled.modelConfig);
});

test('a file that says nothing of its sizes is of plain LoRA', () => {
  const { adapter } = take(changed((_, told) => void delete told.model));
  expect(adapter.modelConfig).toEqual(sampleAdapter().modelConfig);
});

test('the file has openpi paths, float32, and metadata that other programs can read', () => {
  const { tensors, metadata } = readSafetensors(exportOpenpi(sampleAdapter()), FILE);
  expect(tensors.get(Q_A)).toMatchObject({ dtype: 'F32', shape: [2, 3, 7, 2] });
  expect(tensors.size).toBe(10);
  expect(metadata).toMatchObject({
    format: 'adaptab-adapter',
    base: 'tiny',
    base_sha256: base.hash,
    lora_rank: '2',
    lora_alpha: '6',
    steps: '60',
    heldout: '2.5',
    saved_at: '2026-02-03T04:05:06.000Z',
  });
  expect(JSON.parse(metadata.settings as string)).toMatchObject({ steps: 60, samplePrompts: ['Once'] });
});

test('the base is found by its hash, whatever it is called now', () => {
  const others = [
    { ...base, id: 'other', hash: 'cd'.repeat(32) },
    { ...base, id: 'renamed' },
  ];
  expect(take(exportOpenpi(sampleAdapter()), others).adapter.summary.base).toBe('renamed');
});

test.each<[string, Uint8Array, RegExp]>([
  [
    'an unknown base',
    changed((_, told) => Object.assign(told, { base_sha256: 'ef'.repeat(32) })),
    /"tiny" \(efefefefefef…\), which is not here/,
  ],
  ['a newer version', changed((_, told) => Object.assign(told, { version: '2' })), /version 2.*newer build/],
  ['no rank', changed((_, told) => void delete told.lora_rank), /lacks "lora_rank"/],
  ['a rank of nothing', changed((_, told) => Object.assign(told, { lora_rank: '' })), /"lora_rank" is ""/],
  ['a rank of 2.5', changed((_, told) => Object.assign(told, { lora_rank: '2.5' })), /"lora_rank" is "2.5"/],
  [
    'an alpha of infinity',
    changed((_, told) => Object.assign(told, { lora_alpha: 'Infinity' })),
    /"lora_alpha" is "Infinity"/,
  ],
  [
    'a scale of another kind',
    changed((_, told) => Object.assign(told, { model: '{"experts":[{"lora":{"rank":2,"axes":[0,1],"init":null}}]}' })),
    /Its experts\[0\]\.lora\.axes is \[…\]; what it changes/,
  ],
  [
    'rsLoRA that is neither on nor off',
    changed((_, told) => Object.assign(told, { model: '{"experts":[{"lora":{"rootScaled":"yes"}}]}' })),
    /Its experts\[0\]\.lora\.rootScaled is "yes"/,
  ],
  ['sizes that are none', changed((_, told) => Object.assign(told, { model: '[' })), /"model" makes no sense/],
  ['a date that is none', changed((_, told) => Object.assign(told, { saved_at: 'soon' })), /"saved_at" is "soon"/],
  [
    'a rank unlike the shapes',
    changed((_, told) => Object.assign(told, { lora_rank: '3' })),
    /tensor ".*".*Its shape is/,
  ],
  ['a missing leaf', changed((tensors) => void tensors.delete(Q_A)), /q_einsum\/lora_a" is missing/],
  [
    'a leaf of no model',
    changed((tensors) => void tensors.set('lora/x', f32Tensor(new Float32Array(1), [1]))),
    /"lora\/x".*no parameter of this name/,
  ],
  [
    'a wrong shape',
    changed((tensors) => void tensors.set(NORM, f32Tensor(new Float32Array(8), [8]))),
    /final_norm.*Its shape is \(8\), and the base needs \(7\)/,
  ],
  [
    'a NaN',
    changed((tensors) => void tensors.set(NORM, f32Tensor(new Float32Array(7).fill(NaN), [7]))),
    /final_norm.*no finite/,
  ],
  [
    'whole numbers',
    changed((tensors) => void tensors.set(NORM, { dtype: 'I32', shape: [7], bytes: new Uint8Array(28) })),
    /I32 cannot/,
  ],
  ['no tensors', writeSafetensors(new Map(), {}), /no tensors/],
  ['another file', new TextEncoder().encode('PK this is a zip file, surely'), /allows|damaged|header/],
  [
    'other tensors',
    writeSafetensors(new Map([['model.weight', f32Tensor(new Float32Array(1), [1])]])),
    /openpi LoRA leaf/,
  ],
])('%s is refused, with the reason', (_, bytes, message) => {
  expect(() => take(bytes)).toThrow(ProblemError);
  expect(() => take(bytes)).toThrow(message);
  expect(() => take(bytes)).toThrow(FILE);
});

test('settings or losses that make no sense are left out, as they only inform', () => {
  const broken = changed((_, told) => Object.assign(told, { settings: '{"steps":"many"}', history: 'none' }));
  expect(take(broken).adapter).toMatchObject({ settings: null, history: null });
});

test('settings or losses nested thousands of levels deep are left out, since nothing could keep them; a robot is refused', () => {
  const deep = `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const { settings, history } = sampleAdapter();
  const also = (value: object | null) => JSON.stringify(value).replace(/^\{/, `${deep.slice(0, -1)},`);
  const broken = changed((_, told) => Object.assign(told, { settings: also(settings), history: also(history) }));
  expect(take(broken).adapter).toMatchObject({ settings: null, history: null });
  const robot = changed((_, told) => Object.assign(told, { robot: deep }));
  expect(() => take(robot)).toThrow(/says of its robot makes no sense/);
});

test('a file of another program with openpi paths is taken in, with notes on what it does not tell', () => {
  const { tensors } = readSafetensors(exportOpenpi(sampleAdapter()), FILE);
  const foreign = new Map([...tensors].map(([path, tensor]) => [`params/${path}/value`, tensor]));
  const { adapter, notes } = take(writeSafetensors(foreign));
  expect(adapter.tensors).toEqual(sampleAdapter().tensors);
  expect(adapter).toMatchObject({ baseHash: base.hash, settings: null, history: null });
  expect(adapter.summary).toMatchObject({
    id: 'new',
    name: 'sea',
    base: 'tiny',
    savedAt: NOW,
    loraRank: 2,
    loraAlpha: 2,
  });
  expect(notes).toHaveLength(2);
  expect(notes[1]).toMatch(/alpha.*2/);
});

test('LoRA leaves that another file lacks are zero, and a note says so', () => {
  const { tensors } = readSafetensors(exportOpenpi(sampleAdapter()), FILE);
  const only = new Map([...tensors].filter(([path]) => path.includes('q_einsum')));
  const { adapter, notes } = take(writeSafetensors(only));
  expect(adapter.tensors['PaliGemma/llm/layers/mlp/linear_lora_a']?.values.every((value) => value === 0)).toBe(true);
  expect(notes[2]).toMatch(/8 LoRA tensors/);
});

test('another file goes to the base that it fits, and half precision is widened', () => {
  const [expert] = base.modelConfig.experts as [KnownBase['modelConfig']['experts'][number]];
  const wide: KnownBase = {
    id: 'wide',
    hash: 'cd'.repeat(32),
    modelConfig: { vocabSize: 11, experts: [{ ...expert, width: 8 }] },
  };
  const { tensors } = readSafetensors(exportOpenpi(sampleAdapter({ base: wide })), FILE);
  const path = 'PaliGemma/llm/layers/mlp/linear_lora_a';
  const { shape } = tensors.get(path) as StoredTensor;
  const values = new Float32Array(2 * 9 * 2).fill(0.5);
  tensors.set(path, { dtype: 'BF16', shape, bytes: new Uint8Array(toBf16(values).buffer) });
  const { adapter } = take(writeSafetensors(tensors), [base, wide]);
  expect(adapter.summary.base).toBe('wide');
  expect(adapter.tensors[path]?.values).toEqual(values);
  expect(() => take(writeSafetensors(tensors), [base])).toThrow(/needs \(/);
});
