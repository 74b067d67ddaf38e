/** A PEFT folder as people have it: its files, or a .zip of them. */
import { openZip, unpackEntry } from '../containers/zip';
import { asProblem, problem } from '../problem';
import type { PeftFolder } from './peft_import';

/** Most bytes of the files of a folder. */
const MAX_BYTES = 2 ** 31;

/** A file by its place, whose bytes are read when they are asked for. */
interface Placed {
  readonly path: string;
  bytes(): Promise<Uint8Array>;
}

/**
 * @param files those of a folder, or one archive
 * @throws ProblemError where the archive is damaged, or the two files are missing that PEFT loads
 */
export async function readPeftFolder(files: readonly File[], where: string): Promise<PeftFolder> {
  const [first] = files;
  const placed = first && /\.zip$/i.test(first.name) ? await inArchive(first, where) : files.map(alone);
  const named = (name: string): Placed | undefined => placed.find(({ path }) => path.split('/').at(-1) === name);
  const [config, weights] = [named('adapter_config.json'), named('adapter_model.safetensors')];
  if (!config || !weights) {
    const what = 'A PEFT adapter is the two files adapter_config.json and adapter_model.safetensors.';
    throw problem(what, where, 'Choose both, or the .zip that this page writes.');
  }
  const training = named('training_config.json');
  const text = async (file: Placed): Promise<string> => new TextDecoder().decode(await file.bytes());
  return {
    config: await text(config),
    weights: await weights.bytes(),
    ...(training ? { training: await text(training) } : {}),
  };
}

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

const alone = (file: File): Placed => ({ path: file.name, bytes: () => bytesOf(file) });

async function inArchive(archive: File, where: string): Promise<Placed[]> {
  const damaged = (error: unknown): never => {
    const why = asProblem(error).what.replace(/\.$/, '');
    throw problem(`The archive cannot be read: ${why}.`, where, 'Take a fresh copy of the folder.');
  };
  const entries = await openZip(archive, MAX_BYTES).catch(damaged);
  return entries.map((entry) => ({
    path: entry.name,
    bytes: async () => bytesOf(await unpackEntry(entry, MAX_BYTES).catch(damaged)),
  }));
}
