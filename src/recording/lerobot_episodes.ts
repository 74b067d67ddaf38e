import { openParquet, type RowGroup } from '../containers/parquet';
import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { readText, refusePointer } from './files';
import type { Info } from './info';
import { countOf, listOf, numberOf, parseJsonLines, textOf } from './json';
import { reported } from './problems';

/** What meta says about an episode. */
export interface EpisodeRecord {
  /** F, null where it does not say. */
  readonly length: number | null;
  readonly task: string | null;
  /** By camera: which file its video is in, and where. Only where episodes share files. */
  readonly videos: ReadonlyMap<string, VideoPlace>;
}

export interface VideoPlace {
  readonly chunk: number;
  readonly file: number;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
}

/** Reads meta/episodes.jsonl (v2.x) or meta/episodes/ (v3.0), by episode. A damaged file is reported and left out. */
export async function readEpisodeRecords(
  files: ReadonlyMap<string, StoredFile>,
  info: Info,
  problems: Problem[],
): Promise<ReadonlyMap<number, EpisodeRecord>> {
  const records = new Map<number, EpisodeRecord>();
  const cameras = info.features.filter(({ dtype }) => dtype === 'video').map(({ name }) => name);
  for (const [path, file] of files) {
    try {
      if (path === 'meta/episodes.jsonl') await readLines(file, records);
      else if (/^meta\/episodes\/.*\.parquet$/.test(path)) await readTable(file, cameras, records);
    } catch (error) {
      problems.push(reported(error));
    }
  }
  return records;
}

async function readLines(file: StoredFile, records: Map<number, EpisodeRecord>) {
  for (const fields of parseJsonLines(await readText(file), file.path)) {
    const index = countOf(fields.get('episode_index'));
    if (index === null) continue;
    const task = textOf(listOf(fields.get('tasks'))[0], 500);
    records.set(index, { length: countOf(fields.get('length')), task, videos: new Map() });
  }
}

async function readTable(file: StoredFile, cameras: readonly string[], records: Map<number, EpisodeRecord>) {
  await refusePointer(file);
  const parquet = await openParquet(file);
  const places = cameras.flatMap((camera) => VIDEO_FIELDS.map((field) => `videos/${camera}/${field}`));
  for await (const group of parquet.rowGroups(['episode_index', 'length', 'tasks', ...places])) {
    for (let row = 0; row < group.rows; row++) {
      const index = countOf(group.column('episode_index')[row]);
      if (index === null) continue;
      records.set(index, {
        length: countOf(group.column('length')[row]),
        task: textOf(listOf(group.column('tasks')[row])[0], 500),
        videos: new Map(
          cameras.flatMap((camera) => {
            const place = videoPlace(group, camera, row);
            return place ? [[camera, place] as const] : [];
          }),
        ),
      });
    }
  }
}

const VIDEO_FIELDS = ['chunk_index', 'file_index', 'from_timestamp', 'to_timestamp'];

function videoPlace(group: RowGroup, camera: string, row: number): VideoPlace | null {
  const [chunk, file, from, to] = VIDEO_FIELDS.map((field) => numberOf(group.column(`videos/${camera}/${field}`)[row]));
  if (chunk == null || file == null || from == null || to == null || from < 0 || to < from) return null;
  return { chunk, file, from, to };
}
