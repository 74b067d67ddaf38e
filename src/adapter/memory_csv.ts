/** memory.csv: what a run held on the GPU over time, a row for each count. */
import { emptyBytes } from '../gpu/memory';
import type { MemoryKind } from '../gpu/tensor';
import { problem } from '../problem';
import type { MemorySample } from '../train/events';
import type { Adapter } from './adapter';

const KINDS = Object.keys(emptyBytes()) as MemoryKind[];

/** Comma-separated, bytes as whole numbers, lines end with \r\n as RFC 4180 has them. */
export function memoryCsv(samples: readonly MemorySample[]): string {
  const header = ['time_s', 'step', 'stage', 'moment', ...KINDS, 'total', 'planned'];
  const rows = samples.map(({ seconds, step, stage, moment, byKind, allocatedBytes, plannedBytes }) => [
    seconds.toFixed(3),
    step,
    stage,
    moment,
    ...KINDS.map((kind) => byKind[kind] ?? 0), // a file of an older build may lack a kind
    allocatedBytes,
    plannedBytes,
  ]);
  return [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** The same for the run that made an adapter. @throws ProblemError where the adapter's file does not tell */
export function memoryCsvOf({ history, summary }: Adapter): string {
  if (!history || history.memory.length === 0) {
    const fix = 'Adapters that are trained on this page tell it.';
    throw problem('This adapter does not tell what its run held in memory.', summary.name, fix);
  }
  return memoryCsv(history.memory);
}
