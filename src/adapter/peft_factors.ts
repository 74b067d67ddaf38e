/** What PEFT calls the two factors of a module in adapter_model.safetensors, whatever the model. */
import { placeOf, type StoredTensor } from '../containers/safetensors';
import { PEFT_PREFIX } from '../leaves/decoder';
import { problem } from '../problem';
import { checkShape } from './openpi_file';

/** The factors of one module: A (rank, inputs), B (outputs, rank). */
export interface FactorPair {
  /** The module's, without what every name begins with. */
  readonly name: string;
  readonly A: StoredTensor;
  readonly B: StoredTensor;
}

const FRESH = 'Take a fresh copy of the folder.';

/**
 * The factors of a file, module by module.
 * @param unknown the error for a name that is no factor's
 * @throws ProblemError for such a name, and for a factor without the other
 */
export function factorPairs(
  stored: ReadonlyMap<string, StoredTensor>,
  where: string,
  unknown: (name: string, where: string) => Error,
): FactorPair[] {
  const halves = new Map<string, Partial<Record<'A' | 'B', StoredTensor>>>();
  for (const [name, tensor] of stored) {
    const own = name.startsWith(PEFT_PREFIX) ? name.slice(PEFT_PREFIX.length) : '';
    const [, module, half] = /^(.+)\.lora_([AB])(?:\.default)?\.weight$/.exec(own) ?? [];
    if (module === undefined) throw unknown(name, where);
    halves.set(module, { ...halves.get(module), [half as string]: tensor });
  }
  return [...halves].map(([name, { A, B }]) => {
    if (!A || !B) throw problem(`It has one of LoRA's two factors.`, placeOf(name, where), FRESH);
    return { name, A, B };
  });
}

/** The rank of a module's factors. @throws ProblemError where they have none, or are not of the module's size */
export function checkedRank(
  A: StoredTensor,
  B: StoredTensor,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
  place: string,
): number {
  const rank = A.shape[0] ?? 0;
  if (rank < 1) throw problem('Its factors have no rank.', place, FRESH);
  checkShape(A, [rank, inputs], `${place}, lora_A`);
  checkShape(B, [outputs, rank], `${place}, lora_B`);
  return rank;
}
