import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GivenFile } from '../../src/recording/files';
import { openRecording } from '../../src/recording/open_recording';
import { sampleV30 } from '../../test/recording/sample';
import { median } from './timing';

const ROUNDS = 5;
const EPISODE = 500;
const MB = 1e6;

/** A LeRobot v3.0 recording of a six-joint arm without video, in episodes of 500 frames. */
const generated = (frames: number) =>
  sampleV30({
    episodes: Array.from({ length: Math.ceil(frames / EPISODE) }, (_, index) => ({ index, frames: EPISODE, task: 0 })),
    joints: 6,
    rowGroup: 1000,
  });

/**
 * `write FOLDER FRAMES` leaves such a recording on the disk. `import FRAMES…` opens one of each length and prints, as
 * JSON, seconds, and megabytes alive at the peak beyond the files themselves; it needs Node's --expose-gc.
 */
export async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === 'write') await write(args[0] as string, generated(Number(args[1])));
  else {
    const results = [];
    for (const frames of args) results.push(await measureImport(Number(frames)));
    console.log(JSON.stringify(results));
  }
  return 0;
}

async function write(folder: string, files: readonly GivenFile[]): Promise<void> {
  for (const { path, file } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), new Uint8Array(await file.arrayBuffer()));
  }
}

async function measureImport(frames: number) {
  const files = generated(frames);
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const { episodes } = await openRecording(files);
    seconds.push((performance.now() - started) / 1000);
    if (episodes.length * EPISODE !== frames) throw new Error(`${episodes.length} episodes were read`);
  }
  const rounded = (value: number) => Number(value.toPrecision(3));
  return {
    frames,
    file_mb: rounded(files.reduce((sum, { file }) => sum + file.size, 0) / MB),
    seconds: rounded(median(seconds)),
    ...(await measureMemory(files)),
  };
}

/** Looks at each read of the files, what the last one left included; garbage is collected first, so that all is alive. */
async function measureMemory(files: readonly GivenFile[]) {
  const alive = () => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = alive();
  let peak = 0;
  const { arrayBuffer } = Blob.prototype;
  Blob.prototype.arrayBuffer = async function (this: Blob) {
    const content = await arrayBuffer.call(this);
    peak = Math.max(peak, alive());
    return content;
  };
  const recording = await openRecording(files);
  Blob.prototype.arrayBuffer = arrayBuffer;
  const kept = alive() - before;
  if (recording.problems.length > 0) throw new Error(recording.problems[0]?.what);
  const rounded = (bytes: number) => Number((bytes / MB).toFixed(1));
  return { peak_mb: rounded(Math.max(peak - before, kept)), kept_mb: rounded(kept) };
}
