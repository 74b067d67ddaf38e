/** The statistics that a policy was trained with: beside LeRobot's, in the state of its processors; beside openpi's, norm_stats.json. */
import { readSafetensors, type StoredTensor, toFloat32 } from '../containers/safetensors';
import { nameOf, type StoredFile } from '../containers/stored_file';
import { openWeights } from '../hub/shards';
import { asProblem, type Problem, problem } from '../problem';
import { bytesOf, readText } from '../recording/files';
import { parseJson } from '../recording/json';
import { readNormStats } from '../recording/norm_stats_file';
import type { NormStats, Stats } from '../recording/normalize';

const NAME = 'norm_stats.json';
const STATE = 'observation.state';
const ACTION = 'action';
/** More than any statistics take. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Those beside a policy; what is wrong with them is told among its warnings, since a run measures its own.
 * @param others files of tensors in its folder that hold none of its weights
 * @param given all that was given
 * @param folder the policy's, with "/" behind it; empty where there is none
 */
export async function findStats(
  others: readonly StoredFile[],
  given: readonly StoredFile[],
  folder: string,
  warnings: Problem[],
): Promise<NormStats | null> {
  try {
    for (const file of others) {
      const stats = await processorStats(file);
      if (stats) return stats;
    }
    const written = given.filter(({ path }) => path.startsWith(folder) && nameOf(path) === NAME);
    const [one, ...more] = written;
    if (!one) return null;
    if (more.length > 0)
      throw problem(
        `There are ${written.length} files ${NAME}, for robots of different kinds; none of them is used.`,
        one.path,
        'Leave the one that belongs to the robot.',
      );
    return readNormStats(parseJson(await readText(one, MOST_BYTES), one.path), one.path);
  } catch (error) {
    warnings.push(asProblem(error));
    return null;
  }
}

/** Of a file that a step of LeRobot's processors was saved in; null where it is another step's. */
async function processorStats(file: StoredFile): Promise<NormStats | null> {
  if (file.bytes > MOST_BYTES) return null;
  const { places } = await openWeights(file);
  if (!places.has(`${STATE}.mean`) || !places.has(`${ACTION}.mean`)) return null;
  const { tensors } = readSafetensors(new Uint8Array(await bytesOf(await file.open(), file.path)), file.path);
  return readNormStats({ norm_stats: { state: rowsOf(tensors, STATE), actions: rowsOf(tensors, ACTION) } }, file.path);
}

/** Each of a feature's statistics, as a list. */
function rowsOf(tensors: ReadonlyMap<string, StoredTensor>, feature: string): Record<keyof Stats, number[] | null> {
  const row = (name: keyof Stats) => {
    const tensor = tensors.get(`${feature}.${name}`);
    return tensor ? [...toFloat32(tensor, feature)] : null;
  };
  return { mean: row('mean'), std: row('std'), q01: row('q01'), q99: row('q99') };
}
