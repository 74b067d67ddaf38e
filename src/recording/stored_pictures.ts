import { openParquet } from '../containers/parquet';
import type { Problem } from '../problem';
import { problem } from '../problem';
import { countOf, fieldsOf } from './json';
import { counted } from './problems';
import type { StoredPictures } from './recording';

/** A frame whose picture is wanted. */
export interface WantedRow {
  /** Number of the episode in the file. */
  readonly episode: number;
  readonly frame: number;
  /** Place in the list that was asked for. */
  readonly place: number;
}

/**
 * Decodes the pictures that a file of motion holds in a column of its own, .png or .jpg each, and gives out those that are
 * wanted, each decoded once, with the places that it serves. The picture is closed afterwards. What cannot be decoded is told.
 * Reading ends with the last picture that is wanted, or where `overtaken` says so.
 */
export async function decodeStored(
  { file, column, episode: own }: StoredPictures,
  wanted: readonly WantedRow[],
  onPicture: (picture: ImageBitmap, places: readonly number[]) => void,
  overtaken: () => boolean = () => false,
): Promise<{ readonly decoded: number; readonly problems: readonly Problem[] }> {
  const byRow = new Map<string, number[]>();
  for (const { episode, frame, place } of wanted) {
    const key = `${episode} ${frame}`;
    byRow.set(key, [...(byRow.get(key) ?? []), place]);
  }
  const parquet = await openParquet(file);
  const frames = new Map<number, number>(); // of each episode, rows so far
  const served = new Set<string>();
  let decoded = 0;
  for await (const group of parquet.rowGroups([column, 'episode_index'], { binary: true })) {
    if (overtaken()) break;
    const [pictures, episodes] = [group.column(column), group.column('episode_index')];
    for (let row = 0; row < group.rows; row++) {
      const episode = countOf(episodes[row]) ?? own;
      const frame = frames.get(episode) ?? 0;
      frames.set(episode, frame + 1);
      const key = `${episode} ${frame}`;
      const places = byRow.get(key);
      const picture = places && (await pictureOf(pictures[row]));
      if (!places || !picture) continue;
      onPicture(picture, places);
      picture.close();
      served.add(key);
      decoded++;
    }
    if (served.size === byRow.size) break;
  }
  const lost = [...byRow].reduce((sum, [key, places]) => sum + (served.has(key) ? 0 : places.length), 0);
  return { decoded, problems: lost > 0 ? [lostPictures(lost, wanted.length, column, file.path)] : [] };
}

/** The picture of a cell, {bytes, path} or bytes alone; null where it holds none that this browser can decode. */
async function pictureOf(cell: unknown): Promise<ImageBitmap | null> {
  const bytes = cell instanceof Uint8Array ? cell : fieldsOf(cell).get('bytes');
  return bytes instanceof Uint8Array ? decodePicture(bytes) : null;
}

/** A picture of its .png or .jpg; null where the bytes are none that this browser can decode. */
export async function decodePicture(bytes: Uint8Array): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
  } catch (error) {
    if (error instanceof DOMException) return null; // damaged, or of an unknown format
    throw error;
  }
}

export const lostPictures = (lost: number, of: number, column: string, path: string): Problem =>
  problem(
    `${counted(lost, 'picture')} of ${of} in "${column.slice(0, 80)}" could not be read; the camera is masked there.`,
    path,
    'Copy the file again, or go on: these frames are learned without this camera.',
  ).problem;
