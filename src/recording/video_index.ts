import type { ISOFile, Movie, Sample } from 'mp4box';
import { partOf } from '../containers/part';
import type { StoredFile } from '../containers/stored_file';
import { ProblemError, problem } from '../problem';
import { tablesOf } from './mp4_tables';
import type { SampleTable } from './video_plan';

/** A video track, ready to decode: where every sample lies in the file and when it is shown. */
export interface VideoIndex extends SampleTable {
  readonly path: string;
  readonly blob: Blob;
  /** As WebCodecs names it: "av01.0.04M.08", "avc1.64001f". */
  readonly codec: string;
  /** What the decoder must know beforehand; H.264 keeps it outside of the samples. */
  readonly description: ArrayBuffer | null;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Bytes from the start of the file. */
  readonly offset: Float64Array;
  readonly bytes: Uint32Array;
  /** Samples that lie beyond the end of a file that was cut off; the table holds those before. */
  readonly cut: number;
}

/** Reads the tables of an .mp4, not its pictures. @throws ProblemError that names the file. */
export async function openVideo(file: StoredFile): Promise<VideoIndex> {
  const mp4box = await import('mp4box'); // a fault of this page where it fails, none of the file
  const blob = await file.open();
  try {
    const { movie, samples, iso } = await readTables(blob, file.path, mp4box);
    const track = movie.videoTracks[0];
    if (!track || samples.length === 0) throw new Error('it holds no video');
    const whole = samples.findIndex(({ offset, size }) => !(offset >= 0 && size >= 0 && offset + size <= blob.size));
    const kept = whole < 0 ? samples : samples.slice(0, whole);
    const shift = startOfEdit(track.edits ?? []);
    return {
      path: file.path,
      blob,
      codec: track.codec,
      description: await decoderDescription(iso, track.id, blob),
      width: track.video?.width ?? 0,
      height: track.video?.height ?? 0,
      length: kept.length,
      time: Float64Array.from(kept, ({ cts, timescale }) => (cts - shift) / timescale),
      key: Uint8Array.from(kept, ({ is_sync: key }) => (key ? 1 : 0)),
      offset: Float64Array.from(kept, ({ offset }) => offset),
      bytes: Uint32Array.from(kept, ({ size }) => size),
      cut: samples.length - kept.length,
    };
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw problem(`The video cannot be opened: ${why}.`, file.path, 'Copy the file again from where it was recorded.');
  }
}

/** Feeds the tables to the demuxer. */
async function readTables(
  blob: Blob,
  path: string,
  { createFile, MP4BoxBuffer }: typeof import('mp4box'),
): Promise<{ movie: Movie; samples: Sample[]; iso: ISOFile }> {
  const iso = createFile(false);
  const found: { movie?: Movie; error?: string } = {};
  iso.onReady = (movie) => {
    found.movie = movie;
  };
  iso.onError = (_module, message) => {
    found.error ??= message;
  };
  for await (const { at, bytes } of tablesOf(blob, path)) {
    iso.appendBuffer(MP4BoxBuffer.fromArrayBuffer(bytes, at));
    if (found.error !== undefined) throw new Error(found.error);
    if (found.movie && !found.movie.isFragmented) break;
  }
  if (!found.movie) throw new Error('it ends before its table of contents');
  const movie = found.movie;
  const track = movie.videoTracks[0];
  return { movie, samples: track ? iso.getTrackSamplesInfo(track.id) : [], iso };
}

/** Where presentation begins on the track's own clock; encoders that reorder frames begin late. */
function startOfEdit(edits: readonly { readonly media_time?: number }[]): number {
  return edits.find(({ media_time: time }) => time !== undefined && time >= 0)?.media_time ?? 0;
}

/** The content of the box that configures the decoder, where the codec has one that it needs. */
async function decoderDescription(iso: ISOFile, track: number, blob: Blob): Promise<ArrayBuffer | null> {
  const entry = iso.getTrackById(track).mdia.minf.stbl.stsd.entries[0] as unknown as Readonly<
    Record<string, { readonly start: number; readonly size: number; readonly hdr_size: number } | undefined>
  >;
  const box = entry.avcC ?? entry.hvcC;
  if (!box) return null;
  return partOf(blob, box.start + box.hdr_size, box.start + box.size).arrayBuffer();
}
