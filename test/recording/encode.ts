import type { Mp4Sample } from './mp4';

/** A video of grey frames, each brighter than the one before, so that a picture tells which frame it is. */
export interface GreyVideo {
  readonly frames: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Frames a second. */
  readonly fps: number;
  /** Frames from one keyframe to the next. */
  readonly keyEvery: number;
  /** Brightness of the first frame, and how much brighter each next one is. */
  readonly levels: readonly [first: number, step: number];
}

/** What an encoder gives, in numbers that can be sent from a page to a test. */
export interface Encoded {
  readonly samples: readonly { readonly data: number[]; readonly key: boolean }[];
  readonly description: number[];
}

/**
 * Encodes with the browser's own encoder. Uses nothing outside of itself, so that it can be sent into a page. Throws
 * where the browser cannot: a test must not pass without a video.
 */
export async function encodeGrey(video: GreyVideo): Promise<Encoded> {
  const { frames, codec, width, height, fps, keyEvery, levels } = video;
  const samples: { data: number[]; key: boolean }[] = [];
  let description: number[] = [];
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      samples.push({ data: [...data], key: chunk.type === 'key' });
      const given = metadata?.decoderConfig?.description;
      if (given) description = [...new Uint8Array(given instanceof ArrayBuffer ? given : (given as Uint8Array).buffer)];
    },
    error(error) {
      throw error;
    },
  });
  encoder.configure({ codec, width, height, framerate: fps, bitrate: 500_000, latencyMode: 'realtime' });
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error('no canvas');
  for (let i = 0; i < frames; i++) {
    const level = levels[0] + levels[1] * i;
    context.fillStyle = `rgb(${level},${level},${level})`;
    context.fillRect(0, 0, width, height);
    const frame = new VideoFrame(context.canvas, { timestamp: (i * 1e6) / fps });
    encoder.encode(frame, { keyFrame: i % keyEvery === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  if (samples.length !== frames) throw new Error(`${samples.length} of ${frames} frames were encoded`);
  return { samples, description };
}

/** As the .mp4 writer takes it. */
export const samplesOf = ({ samples }: Encoded): Mp4Sample[] =>
  samples.map(({ data, key }) => ({ data: Uint8Array.from(data), key }));

/** The box that configures the decoder; AV1 has all of it in its samples. */
export const descriptionOf = ({ description }: Encoded) =>
  description.length > 0 ? Uint8Array.from(description) : Uint8Array.from([0x81, 0, 0, 0]);
