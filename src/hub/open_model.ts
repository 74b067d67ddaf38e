import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { HubFolder } from './folder';
import { GgufFile, isGguf, isUnpacked } from './gguf_file';
import type { ModelSource } from './source';

/** A model that a person has brought, with what was done to its weights, where anything is. */
export interface OpenedSource {
  readonly source: ModelSource;
  readonly notes: readonly Problem[];
}

/**
 * Opens the one model among files: a folder of the hub, or a GGUF with its tokenizer.json. No weight is read but float32, which takes
 * half the memory where bfloat16 holds every value: a plan has to know that.
 * @throws ProblemError that says what keeps it from being trained, and the way out
 */
export async function openModel(files: readonly StoredFile[]): Promise<OpenedSource> {
  const hasGguf = files.some(isGguf);
  const hasOthers = files.some(({ path }) => /\.safetensors(\.index\.json)?$/i.test(path));
  if (!hasGguf || hasOthers) {
    const folder = await HubFolder.open(files);
    const source = folder.isWide ? await folder.narrowed() : folder;
    return { source, notes: source.warnings };
  }
  const file = await GgufFile.open(files);
  const source = file.isQuantised ? file.rounded() : file;
  return { source, notes: [...source.warnings, ...(file.isQuantised ? [roundedNote(file)] : [])] };
}

function roundedNote({ tensors, name }: GgufFile): Problem {
  const forms = [...new Set([...tensors.values()].filter(isUnpacked).map(({ stored }) => stored))];
  return {
    what: `Its weights are quantised (${forms.sort().join(', ')}); each is unpacked, and rounded to bfloat16.`,
    where: name,
    fix: 'Nothing needs to be done; a file in F16, BF16 or Q8_0 is trained on as it is.',
  };
}
