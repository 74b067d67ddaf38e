import type { Problem } from '../problem';
import { DamagedInputError } from '../train/step';

/**
 * Does `work`, which reads what was computed before it. Where that is damaged, says so, has it computed again, and does `work` from
 * its beginning.
 * @param mend absent where nothing of the kind is read
 */
export async function mending<T>(
  work: () => Promise<T>,
  emit: (event: { readonly kind: 'problem'; readonly problem: Problem }) => void,
  mend: (() => Promise<void>) | undefined,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!mend || !(error instanceof DamagedInputError)) throw error;
      emit({ kind: 'problem', problem: error.problem });
    }
    await mend();
  }
}
