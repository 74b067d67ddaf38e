import type { BytesByKind, MemoryKind } from '../../worker/api';
import { bytes } from '../words/format';
import { strings } from '../words/strings';

/** The kinds in the order in which the bar stacks them: what stays, what is learned, what a step needs. */
export const memoryKinds: readonly MemoryKind[] = [
  'frozen',
  'trainable',
  'gradients',
  'moments',
  'activations',
  'workspace',
  'prefix',
  'inputs',
  'staging',
  'sampler',
];

export interface MemoryPart {
  readonly kind: MemoryKind;
  readonly name: string;
  readonly meaning: string;
  readonly bytes: number;
  /** Start and width on the bar, shares of `scale`. */
  readonly from: number;
  readonly width: number;
}

/** The stacked parts of a bar whose full width stands for `scale` bytes. Kinds without bytes are left out. */
export function memoryParts(byKind: BytesByKind, scale: number): readonly MemoryPart[] {
  let from = 0;
  return memoryKinds
    .filter((kind) => byKind[kind] > 0)
    .map((kind) => {
      const [name, meaning] = strings.memory.kinds[kind];
      const part = { kind, name, meaning, bytes: byKind[kind], from: from / scale, width: byKind[kind] / scale };
      from += byKind[kind];
      return part;
    });
}

/** Kinds that are named at once. */
const NAMED = 5;

/** The parts that are worth a name at first sight, in their order. */
export function atFirstSight(parts: readonly MemoryPart[]): readonly MemoryPart[] {
  const least = [...parts].sort((one, other) => other.bytes - one.bytes)[NAMED - 1]?.bytes ?? 0;
  return parts.filter((part) => part.bytes >= least);
}

/** The bar in words. */
export function memorySummary(total: number, parts: readonly MemoryPart[]): string {
  return strings.memory.summary(bytes(total), parts.map((part) => `${part.name} ${bytes(part.bytes)}`).join(', '));
}
