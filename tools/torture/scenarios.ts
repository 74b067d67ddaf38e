import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { crc32 } from '../../src/containers/crc32';
import type { GivenFile } from '../../src/recording/files';
import { freezeFilters } from '../../src/settings/defaults';
import type { ActionsSettings, Stage, TaskId, TextSettings } from '../../src/worker/api';
import { descriptionOf, encodeGrey, samplesOf } from '../../test/recording/encode';
import { mp4 } from '../../test/recording/mp4';
import { FPS, sampleV30 } from '../../test/recording/sample';
import { openChromium } from './chromium';

/** A run as small as it can be and still have everything that could be lost: several checkpoints, evaluations, a best. */
export interface Scenario {
  readonly id: string;
  readonly task: TaskId;
  /** It is `npm run train` that is tortured, which signals end. */
  readonly command?: boolean;
  readonly settings: Pick<TextSettings, 'checkpointEvery'> &
    Partial<Omit<TextSettings, 'task' | 'stages'>> &
    Partial<Omit<ActionsSettings, 'task' | 'stages'>>;
  readonly stages: readonly Stage[];
  /** Share of the data. */
  readonly heldout: number;
  /**
   * Writes what it learns from into a folder.
   * @param url an address of the build, for what only a page can make
   */
  write(folder: string, url: string): Promise<readonly DataFile[]>;
}

/** The folder that a scenario's data are in. */
export const DATA = 'data';

export interface DataFile {
  readonly onDisk: string;
  /** Its place in the folder. */
  readonly path: string;
}

/** Steps between two checkpoints. */
const SAVE_EVERY = 3;

const COMMON = { warmupSteps: 2, earlyStop: false, checkpointEvery: SAVE_EVERY };
const TEXT = { ...COMMON, batchSize: 1, sequenceLength: 32 };
const ACTIONS = { ...COMMON, batchSize: 2, steps: 12, evaluateEvery: 6 };

const CAMERA = 'observation.images.top';
const EPISODES = [0, 1, 2].map((index) => ({ index, frames: 6, task: index % 2 }));
const FRAMES = EPISODES.reduce((sum, { frames }) => sum + frames, 0);
const [WIDTH, HEIGHT] = [64, 48];

/** Brightness of a frame. */
const brightness = (frame: number) => 40 + 8 * frame;

const OF_TEXT: Scenario = {
  id: 'text',
  task: 'text',
  settings: { ...TEXT, steps: 20, evaluateEvery: 6 },
  stages: [],
  heldout: 0.1,
  write: writeText,
};

const OF_IMAGES: Scenario = {
  id: 'images',
  task: 'actions',
  settings: ACTIONS,
  stages: [],
  heldout: 0.3,
  write: (folder) => {
    const pictures = { [CAMERA]: Array.from({ length: FRAMES }, (_, frame) => greyPng(brightness(frame))) };
    return writeFiles(folder, sampleV30({ episodes: EPISODES, pictures }));
  },
};

export const scenarios: readonly Scenario[] = [
  OF_TEXT,
  OF_IMAGES,
  {
    id: 'stages',
    task: 'text',
    settings: { ...TEXT, steps: 9, evaluateEvery: 4 },
    stages: [{ steps: 9, learningRate: 0.01, warmupSteps: 2, freeze: freezeFilters.text.norms }],
    heldout: 0.1,
    write: writeText,
  },
  {
    id: 'video',
    task: 'actions',
    settings: ACTIONS,
    stages: [],
    heldout: 0.3,
    write: async (folder, url) => {
      const video = { path: `videos/${CAMERA}/chunk-000/file-000.mp4`, file: await film(url, join(folder, 'film')) };
      return writeFiles(folder, [...sampleV30({ episodes: EPISODES, cameras: [CAMERA] }), video]);
    },
  },
  { ...OF_TEXT, id: 'command-text', command: true },
  { ...OF_IMAGES, id: 'command-actions', command: true },
];

function writeText(folder: string) {
  const colours = ['red', 'blue', 'green', 'white'];
  const things = ['lamp', 'boat', 'door', 'tree', 'coat', 'ring', 'book', 'hill', 'bell', 'road'];
  const lines = colours.flatMap((colour) =>
    things.map((thing) => JSON.stringify({ prompt: `The ${thing}?`, completion: `The ${thing} is ${colour}, sir.` })),
  );
  return writeFiles(folder, [{ path: 'colours.jsonl', file: new Blob([lines.join('\n')]) }]);
}

async function writeFiles(folder: string, files: readonly GivenFile[]) {
  for (const { path, file } of files) {
    mkdirSync(dirname(join(folder, DATA, path)), { recursive: true });
    writeFileSync(join(folder, DATA, path), new Uint8Array(await file.arrayBuffer()));
  }
  return files.map(({ path }) => ({ onDisk: join(folder, DATA, path), path: `${DATA}/${path}` }));
}

/** A picture of one grey. */
function greyPng(level: number): Uint8Array {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(new Uint8Array(body)));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.writeUInt8(8, 8); // bits; a colour type of 0 is grey
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(WIDTH, level)]);
  const rows = Buffer.concat(Array.from({ length: HEIGHT }, () => row));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A video of all frames, encoded by a Chromium of its own. */
async function film(url: string, profile: string): Promise<Blob> {
  const encoder = openChromium(profile);
  try {
    const page = await encoder.open(url);
    const encoded = await page.evaluate(encodeGrey, {
      ...{ frames: FRAMES, width: WIDTH, height: HEIGHT, fps: FPS, keyEvery: 5 },
      codec: 'av01.0.00M.08',
      levels: [brightness(0), brightness(1) - brightness(0)] as const,
    });
    const look = { kind: 'av01' as const, width: WIDTH, height: HEIGHT, rate: FPS };
    return new Blob([mp4(samplesOf(encoded), { ...look, description: descriptionOf(encoded) })]);
  } finally {
    await encoder.close();
  }
}
