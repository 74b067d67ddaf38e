import { partOf } from '../containers/part';
import type { Problem } from '../problem';
import { bytesOf } from './files';
import { counted } from './problems';
import type { VideoIndex } from './video_index';
import { type DecodePlan, planDecoding } from './video_plan';

export interface DecodeResult {
  /** 1 for each wanted time whose frame was given out. */
  readonly found: Uint8Array<ArrayBuffer>;
  /** Samples that went through the decoder, each once. */
  readonly decoded: number;
  /** Why frames are missing; empty where none is. */
  readonly problems: readonly Problem[];
}

/** Samples in the decoder at a time: enough to keep it busy, few enough to hold little memory. */
const QUEUE = 8;
const WINDOW_BYTES = 2 ** 21;
/** Times that a damaged video is taken up again behind the damage. */
const MAX_RESTARTS = 16;

/**
 * Decodes the frames shown at these seconds, in one pass, and gives each to `onFrame`, in the order of the video, with the places in
 * `wanted` that it serves. The frame is closed afterwards. What cannot be decoded is told and never given out.
 * @param overtaken asked before each sample: true ends the pass with what was given out so far
 */
export async function decodeFrames(
  video: VideoIndex,
  wanted: ArrayLike<number>,
  tolerance: number,
  onFrame: (frame: VideoFrame, places: readonly number[]) => void,
  overtaken: () => boolean = () => false,
): Promise<DecodeResult> {
  const found = new Uint8Array(wanted.length);
  const config = {
    codec: video.codec,
    codedWidth: video.width,
    codedHeight: video.height,
    ...(video.description ? { description: video.description } : {}),
  };
  if (!(await isSupported(config))) return { found, decoded: 0, problems: [unsupported(video)] };
  const plan = planDecoding(video, wanted, tolerance);
  const bySample = new Map([...plan.picks].map(([sample, places]) => [microseconds(video, sample), places]));
  const readSample = sampleReader(video);
  const read = async (sample: number) => (overtaken() ? null : readSample(sample));
  const problems: Problem[] = [];
  const state = { next: 0, decoded: 0 };
  for (let attempt = 0; attempt <= MAX_RESTARTS; attempt++) {
    const why = await decodePass(video, plan, state, config, read, (frame) => {
      const places = bySample.get(frame.timestamp);
      if (!places) return;
      bySample.delete(frame.timestamp);
      onFrame(frame, places);
      for (const place of places) found[place] = 1;
    });
    if (why === null) break;
    if (problems.length === 0) problems.push(damaged(video, why));
    state.next = nextKey(video, state.next);
  }
  return { found, decoded: state.decoded, problems: [...problems, ...lostProblem(video, found)] };
}

/**
 * Sends the samples of the plan from `state.next` on through one decoder. Answers with why it stopped early, null where it came to the
 * end or `read` gave nothing more; `state.next` is then the first sample that was not sent.
 */
async function decodePass(
  video: VideoIndex,
  plan: DecodePlan,
  state: { next: number; decoded: number },
  config: VideoDecoderConfig,
  read: (sample: number) => Promise<Uint8Array<ArrayBuffer> | null>,
  output: (frame: VideoFrame) => void,
): Promise<string | null> {
  const failed: { why?: string; fault?: unknown; wake?: () => void } = {};
  const decoder = new VideoDecoder({
    output(frame) {
      try {
        output(frame);
      } catch (error) {
        failed.fault ??= error;
      } finally {
        frame.close();
      }
    },
    error(error) {
      failed.why ??= error.message;
      failed.wake?.();
    },
  });
  decoder.addEventListener('dequeue', () => failed.wake?.());
  /** Resolves when the decoder has taken a sample off its queue, or has been closed by an error. */
  const dequeued = () =>
    new Promise<void>((resolve) => {
      failed.wake = resolve;
    });
  try {
    decoder.configure(config);
    for (const { first, last } of plan.runs) {
      for (let sample = Math.max(first, state.next); sample <= last; sample++) {
        const data = await read(sample);
        if (data === null) return null;
        while (decoder.decodeQueueSize >= QUEUE && failed.why === undefined) await dequeued();
        if (failed.why !== undefined) return failed.why;
        if (failed.fault !== undefined) throw failed.fault;
        const type = video.key[sample] ? 'key' : 'delta';
        state.next = sample + 1;
        decoder.decode(new EncodedVideoChunk({ type, timestamp: microseconds(video, sample), data }));
        state.decoded++;
      }
    }
    await decoder.flush();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return failed.why ?? error.message; // what a damaged sample makes decode() or flush() throw
  } finally {
    if (decoder.state !== 'closed') decoder.close();
  }
  if (failed.fault !== undefined) throw failed.fault;
  return failed.why ?? null;
}

/** Whether this browser can decode such a video. */
export async function isSupported(config: VideoDecoderConfig): Promise<boolean> {
  if (!('VideoDecoder' in globalThis)) return false;
  try {
    return (await VideoDecoder.isConfigSupported(config)).supported === true;
  } catch {
    return false; // a codec that the browser does not even know by name
  }
}

/** Bytes of samples, read from the file in windows: samples lie one behind the other. */
function sampleReader({ blob, path, offset, bytes }: VideoIndex) {
  let start = 0;
  let window = new Uint8Array(0);
  return async (sample: number): Promise<Uint8Array<ArrayBuffer>> => {
    const from = offset[sample]!;
    const to = from + bytes[sample]!;
    if (from < start || to > start + window.length) {
      start = from;
      window = new Uint8Array(
        await bytesOf(partOf(blob, from, Math.min(blob.size, Math.max(to, from + WINDOW_BYTES))), path),
      );
    }
    return window.subarray(from - start, to - start);
  };
}

/** The name of a sample while it is in the decoder: its time, as WebCodecs counts it. */
const microseconds = (video: VideoIndex, sample: number) => Math.round(video.time[sample]! * 1e6);

function nextKey({ key, length }: VideoIndex, from: number): number {
  for (let sample = from; sample < length; sample++) if (key[sample]) return sample;
  return length;
}

const unsupported = ({ codec, path }: VideoIndex): Problem => ({
  what: `This browser cannot decode the video's format, ${codec.slice(0, 40) || 'unknown'}; the camera is masked.`,
  where: path,
  fix: 'Use a browser that can, for example Chrome or Edge, or convert the video to H.264.',
});

const damaged = ({ path }: VideoIndex, why: string): Problem => ({
  what: `The video is damaged: ${why}`,
  where: path,
  fix: 'Copy the file again from where it was recorded.',
});

function lostProblem({ path, cut }: VideoIndex, found: Uint8Array): Problem[] {
  const lost = found.reduce((count, is) => count + (is ? 0 : 1), 0);
  if (lost === 0) return [];
  const why = cut > 0 ? ' The file was cut off.' : '';
  return [
    {
      what: `${counted(lost, 'frame')} of ${found.length} could not be read from the video; the camera is masked there.${why}`,
      where: path,
      fix: 'Copy the file again, or go on: these frames are learned without this camera.',
    },
  ];
}
