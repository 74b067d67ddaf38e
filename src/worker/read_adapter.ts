/** Reads an adapter out of the files that a person chose. */
import type { KnownBase } from '../adapter/adapter';
import { fromTrainingConfig } from '../adapter/metadata';
import { type Imported, importAdapter } from '../adapter/openpi_file';
import { readPeftFolder } from '../adapter/peft_files';
import { importPeft } from '../adapter/peft_import';
import { readSafetensors } from '../containers/safetensors';
import { problem } from '../problem';
import type { Models } from './models';

/**
 * One of openpi's files, or a PEFT folder: packed, or its files.
 * @param known Bases of this page; the policy that the adapter says it is of is one too, where it is open
 * @throws ProblemError as importAdapter and importPeft do
 */
export async function readAdapter(
  files: readonly File[],
  known: readonly KnownBase[],
  models: Pick<Models, 'latest' | 'knownPolicy'>,
): Promise<Imported> {
  const [file] = files;
  if (!file) throw problem('There is no file to import.', 'adapter', 'Choose one.');
  const { name } = file;
  const [id, now] = [crypto.randomUUID(), Date.now()];
  if (files.length > 1 || !/\.safetensors$/i.test(name)) {
    const folder = await readPeftFolder(files, name);
    const told = folder.training === undefined ? null : fromTrainingConfig(folder.training, name);
    const shipped = [...known, ...(told ? await models.knownPolicy(told.summary.base) : [])];
    return importPeft(folder, name, { shipped, open: models.latest }, id, now);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { metadata } = readSafetensors(bytes, name);
  return importAdapter(bytes, name, [...known, ...(await models.knownPolicy(metadata.base ?? ''))], id, now);
}
