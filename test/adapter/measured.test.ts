import { expect, test } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter';
import { exportOpenpi, importAdapter } from '../../src/adapter/openpi_file';
import { peftFiles } from '../../src/adapter/peft_zip';
import type { AdapterSummary } from '../../src/adapter/summary';
import { readSafetensors } from '../../src/containers/safetensors';
import { base, sampleAdapter } from './sample';

const measured = (changes: Partial<AdapterSummary>): Adapter => {
  const adapter = sampleAdapter();
  return { ...adapter, summary: { ...adapter.summary, ...changes } };
};
const NOTHING = { baselineHeldout: Number.NaN, heldout: Number.NaN };

/** The rows of the model card about what was held out. */
function rowsOf(adapter: Adapter): readonly string[] {
  const card = new TextDecoder().decode(peftFiles(adapter, { name: 'base', licence: 'any' })['README.md']);
  expect(card).not.toContain('NaN');
  return card.split('\n').filter((line) => line.startsWith('| Held-out'));
}

test('the model card says what was measured, and where that is worse than the base', () => {
  expect(rowsOf(measured({ baselineHeldout: 4.5, heldout: 3.5 }))).toEqual([
    '| Held-out loss of the base, nats a token | 4.5000 |',
    '| Held-out loss with the adapter | 3.5000 |',
  ]);
  expect(rowsOf(measured({ baselineHeldout: 4.5, heldout: 6 }))[1]).toContain('6.0000: worse than without it');
  for (const row of rowsOf(measured(NOTHING))) expect(row).toContain('nothing was held out');
  for (const row of rowsOf(measured({ ...NOTHING, steps: 0 }))) expect(row).toContain('unknown'); // from elsewhere
});

test('a file in which nothing was measured says so in words, and comes back as it was', () => {
  const adapter = measured(NOTHING);
  const bytes = exportOpenpi(adapter);
  const { metadata } = readSafetensors(bytes, 'mine.safetensors');
  expect([metadata.baseline_heldout, metadata.heldout]).toEqual(['not measured', 'not measured']);
  expect(Object.values(metadata).join(' ')).not.toContain('NaN');
  const again = importAdapter(bytes, 'mine.safetensors', [base], 'id', 0);
  expect(again.adapter.summary).toMatchObject(NOTHING);
});
