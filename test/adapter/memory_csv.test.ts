import { expect, test } from 'vitest';
import { memoryCsv, memoryCsvOf } from '../../src/adapter/memory_csv';
import { exportOpenpi, importAdapter } from '../../src/adapter/openpi_file';
import { readSafetensors, writeSafetensors } from '../../src/containers/safetensors';
import type { RunHistory } from '../../src/train/events';
import { base, sampleAdapter } from './sample';

const history = sampleAdapter().history as RunHistory;

test('a row for each count: time, step, stage, each kind, what is allocated and what was planned', () => {
  expect(memoryCsv(history.memory).split('\r\n')).toEqual([
    'time_s,step,stage,moment,frozen,trainable,gradients,moments,activations,workspace,prefix,inputs,staging,sampler,total,planned',
    '0.500,0,1,stage begins,1,2,3,4,0,0,0,0,0,0,10,10',
    '9.250,60,1,freed,0,0,0,0,0,0,0,0,0,0,0,0',
    '',
  ]);
});

test('an adapter whose file does not tell is refused in words', () => {
  expect(() => memoryCsvOf({ ...sampleAdapter(), history: null })).toThrow('does not tell what its run held');
  expect(() => memoryCsvOf({ ...sampleAdapter(), history: { ...history, memory: [] } })).toThrow('does not tell');
});

test('stages and counts survive the file; the metadata names each stage', () => {
  const adapter = sampleAdapter();
  const stages = [{ steps: 40, freeze: 'Nothing()', learningRate: 0.003, warmupSteps: 2 }];
  const settings = adapter.settings && { ...adapter.settings, stages };
  const bytes = exportOpenpi({ ...adapter, settings });
  const { adapter: again } = importAdapter(bytes, 'file', [base], 'new', 0);
  expect(again.settings).toEqual(settings);
  expect(again.history).toEqual(adapter.history);
  const { metadata } = readSafetensors(bytes, 'file');
  expect(JSON.parse(metadata.stages as string)).toMatchObject([
    { steps: 60, freeze: adapter.summary.freeze, learning_rate: 0.01 },
    { steps: 40, freeze: 'Nothing()', learning_rate: 0.003, end_learning_rate: expect.closeTo(0.0003, 12) },
  ]);
});

test('a file that is older than stages and counts still tells its settings and losses', () => {
  const { tensors, metadata } = readSafetensors(exportOpenpi(sampleAdapter()), 'file');
  const without = (json: string | undefined, key: string) => {
    const { [key]: _, ...rest } = JSON.parse(json as string);
    return JSON.stringify(rest);
  };
  const older = {
    ...metadata,
    settings: without(metadata.settings, 'stages'),
    history: without(metadata.history, 'memory'),
  };
  const { adapter } = importAdapter(writeSafetensors(tensors, older), 'file', [base], 'new', 0);
  expect(adapter.settings?.stages).toEqual([]);
  expect(adapter.history).toMatchObject({ memory: [], heldout: history.heldout });
  const wrong = {
    ...metadata,
    settings: (metadata.settings as string).replace('"stages":[]', '"stages":[{"steps":1}]'),
  };
  expect(importAdapter(writeSafetensors(tensors, wrong), 'file', [base], 'new', 0).adapter.settings).toBeNull();
});
