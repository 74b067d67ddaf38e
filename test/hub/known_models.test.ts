import { expect, test } from 'vitest';
import { summaryOfModel } from '../../src/base/opened';
import { readConfig } from '../../src/hub/config';
import { defaultSettings } from '../../src/settings/defaults';
import { prepareText } from '../../src/tasks/text/prepare';
import { KNOWN_MODELS } from '../../src/ui/text/known_models';
import { PUBLISHED } from './configs';

const CONFIGS: Readonly<Record<string, keyof typeof PUBLISHED>> = {
  'SmolLM2 135M': 'smolLm2Of135M',
  'Gemma 3 270M': 'gemma3Of270M',
  'SmolLM2 360M': 'smolLm2Of360M',
  'Qwen2.5 0.5B': 'qwen25Of05B',
  'Qwen3 0.6B': 'qwen3Of06B',
  'Gemma 3 1B': 'gemma3Of1B',
  'Llama 3.2 1B': 'llama32Of1B',
};

test.each(KNOWN_MODELS)('$name: parameters and memory are those of its published configuration, planned', (known) => {
  const { config } = readConfig(PUBLISHED[CONFIGS[known.name]!], 'config.json');
  const base = { summary: summaryOfModel(config, known.name, 'known', ''), config };
  const settings = {
    ...defaultSettings,
    ...base.summary.suggested,
    freeze: 'Not(PathRegex(".*lora.*"))',
    sequenceLength: 512,
  };
  expect(Math.abs(base.summary.parameters / known.parameters - 1)).toBeLessThan(0.01);
  expect(Math.abs(prepareText(base, settings).plannedBytes / known.memory - 1)).toBeLessThan(0.01);
});
