import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { GivenFile } from '../../src/recording/files';
import { openRecording } from '../../src/recording/open_recording';

export interface SampleEpisode {
  readonly index: number;
  readonly frames: number;
  readonly task?: number;
}

export interface SampleOptions {
  readonly episodes?: readonly SampleEpisode[];
  readonly joints?: number;
  readonly stateName?: string;
  readonly actionName?: string;
  /** Merged over the description that the sample would have. */
  readonly info?: Readonly<Record<string, unknown>>;
  /** Merged over the features that the sample would have. */
  readonly features?: Readonly<Record<string, unknown>>;
  /** Rows of a row group, for layout v3.0. */
  readonly rowGroup?: number;
  /** Cameras that the description names. */
  readonly cameras?: readonly string[];
  /** Pictures of all frames, kept beside the motion, by name of the camera. */
  readonly pictures?: Readonly<Record<string, readonly (Uint8Array | null)[]>>;
}

export const EPISODES: readonly SampleEpisode[] = [
  { index: 0, frames: 12, task: 0 },
  { index: 1, frames: 7, task: 1 },
  { index: 2, frames: 9, task: 0 },
];
export const TASKS = ['Pick the cube.', 'Put it into the box.'];
export const FPS = 20;

/** State of a joint of the sample: a smooth motion, another for each joint and episode. */
export const stateValue = (episode: number, frame: number, joint: number) =>
  Math.fround(Math.sin(0.3 * frame + joint) + 0.5 * episode + joint);
/** The action is the state of the next frame. */
export const actionValue = (episode: number, frame: number, joint: number) => stateValue(episode, frame + 1, joint);

type Column = readonly [
  name: string,
  type: 'FLOAT' | 'DOUBLE' | 'INT64' | 'BOOLEAN' | 'STRING' | 'LIST' | 'TEXTS' | 'PICTURE',
  data: unknown[],
];

/** A parquet file of these columns, as pyarrow lays them out. */
export function parquet(columns: readonly Column[], rowGroupSize = 1000, codec?: 'LZ4_RAW'): ArrayBuffer {
  const schema: SchemaElement[] = [{ name: 'schema', num_children: columns.length }];
  for (const [name, type] of columns) {
    if (type === 'LIST' || type === 'TEXTS') {
      schema.push(
        { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        type === 'LIST'
          ? { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' }
          : { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      );
    } else if (type === 'PICTURE') {
      schema.push(
        { name, repetition_type: 'OPTIONAL', num_children: 2 },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      );
    } else if (type === 'STRING')
      schema.push({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' });
    else schema.push({ name, type, repetition_type: 'OPTIONAL' });
  }
  const columnData = columns.map(([name, type, data]) => ({
    name,
    data: type === 'INT64' ? data.map((value) => (value === null ? null : BigInt(value as number | bigint))) : data,
  }));
  const compression = codec ? { codec, compressors: { [codec]: (bytes: Uint8Array) => bytes } } : {};
  return parquetWriteBuffer({ columnData, schema, rowGroupSize, ...compression });
}

function frameColumns(episodes: readonly SampleEpisode[], options: SampleOptions): Column[] {
  const joints = Array.from({ length: options.joints ?? 3 }, (_, joint) => joint);
  const rows = episodes.flatMap((episode) =>
    Array.from({ length: episode.frames }, (_, frame) => ({ episode, frame })),
  );
  return [
    [
      options.actionName ?? 'action',
      'LIST',
      rows.map(({ episode: { index }, frame }) => joints.map((j) => actionValue(index, frame, j))),
    ],
    [
      options.stateName ?? 'observation.state',
      'LIST',
      rows.map(({ episode: { index }, frame }) => joints.map((j) => stateValue(index, frame, j))),
    ],
    ['timestamp', 'FLOAT', rows.map(({ frame }) => Math.fround(frame / FPS))],
    ['frame_index', 'INT64', rows.map(({ frame }) => frame)],
    ['episode_index', 'INT64', rows.map(({ episode }) => episode.index)],
    ['task_index', 'INT64', rows.map(({ episode }) => episode.task ?? 0)],
    ['unused', 'LIST', rows.map(() => [1, 2, 3])],
    ...Object.entries(options.pictures ?? {}).map(([name, pictures]): Column => {
      const first = firstRow(options.episodes ?? EPISODES, episodes[0]?.index ?? 0);
      const own = pictures.slice(first, first + rows.length);
      return [name, 'PICTURE', own.map((bytes, row) => bytes && { bytes, path: `frame_${row}.png` })];
    }),
  ];
}

/** Frames in front of an episode. */
function firstRow(episodes: readonly SampleEpisode[], index: number): number {
  const before = episodes.slice(
    0,
    episodes.findIndex((episode) => episode.index === index),
  );
  return before.reduce((sum, { frames }) => sum + frames, 0);
}

function infoFile(version: string, options: SampleOptions): GivenFile {
  const joints = options.joints ?? 3;
  const episodes = options.episodes ?? EPISODES;
  const vector = {
    dtype: 'float32',
    shape: [joints],
    names: Array.from({ length: joints }, (_, joint) => `joint_${joint}.pos`),
  };
  const own = version.startsWith('v2');
  const info = {
    codebase_version: version,
    robot_type: 'sample_arm',
    total_episodes: episodes.length,
    total_frames: episodes.reduce((sum, { frames }) => sum + frames, 0),
    chunks_size: 1000,
    fps: FPS,
    data_path: own
      ? 'data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet'
      : 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet',
    video_path: own
      ? 'videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4'
      : 'videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4',
    features: {
      [options.stateName ?? 'observation.state']: vector,
      [options.actionName ?? 'action']: vector,
      timestamp: { dtype: 'float32', shape: [1], names: null },
      ...Object.fromEntries(
        (options.cameras ?? []).map((name) => [
          name,
          { dtype: 'video', shape: [48, 64, 3], names: ['height', 'width', 'channels'] },
        ]),
      ),
      ...Object.fromEntries(
        Object.keys(options.pictures ?? {}).map((name) => [name, { dtype: 'image', shape: [48, 64, 3] }]),
      ),
      ...options.features,
    },
    ...options.info,
  };
  return text('meta/info.json', JSON.stringify(info));
}

/** A recording of layout v2.1: a file an episode. */
export function sampleV21(options: SampleOptions = {}): GivenFile[] {
  const episodes = options.episodes ?? EPISODES;
  const lines = (records: readonly unknown[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');
  return [
    infoFile('v2.1', options),
    text('meta/tasks.jsonl', lines(TASKS.map((task, task_index) => ({ task_index, task })))),
    text(
      'meta/episodes.jsonl',
      lines(
        episodes.map(({ index, frames, task }) => ({
          episode_index: index,
          tasks: [TASKS[task ?? 0]],
          length: frames,
        })),
      ),
    ),
    ...episodes.map((episode) => ({
      path: `data/chunk-000/episode_${String(episode.index).padStart(6, '0')}.parquet`,
      file: new Blob([parquet(frameColumns([episode], options))]),
    })),
  ];
}

/** A recording of layout v3.0: all episodes in one file, row groups that do not end where episodes do. */
export function sampleV30(options: SampleOptions = {}): GivenFile[] {
  const episodes = options.episodes ?? EPISODES;
  let seconds = 0;
  const places = episodes.map(({ frames }) => {
    const from = seconds;
    seconds += frames / FPS;
    return { from, to: seconds };
  });
  const zeros = episodes.map(() => 0);
  return [
    infoFile('v3.0', options),
    {
      path: 'meta/tasks.parquet',
      file: new Blob([
        parquet([
          ['task_index', 'INT64', TASKS.map((_, index) => index)],
          ['__index_level_0__', 'STRING', [...TASKS]],
        ]),
      ]),
    },
    {
      path: 'meta/episodes/chunk-000/file-000.parquet',
      file: new Blob([
        parquet([
          ['episode_index', 'INT64', episodes.map(({ index }) => index)],
          ['tasks', 'TEXTS', episodes.map(({ task }) => [TASKS[task ?? 0]])],
          ['length', 'INT64', episodes.map(({ frames }) => frames)],
          ...(options.cameras ?? []).flatMap((camera): Column[] => [
            [`videos/${camera}/chunk_index`, 'INT64', zeros],
            [`videos/${camera}/file_index`, 'INT64', zeros],
            [`videos/${camera}/from_timestamp`, 'DOUBLE', places.map(({ from }) => from)],
            [`videos/${camera}/to_timestamp`, 'DOUBLE', places.map(({ to }) => to)],
          ]),
        ]),
      ]),
    },
    {
      path: 'data/chunk-000/file-000.parquet',
      file: new Blob([parquet(frameColumns(episodes, options), options.rowGroup ?? 10)]),
    },
  ];
}

export const text = (path: string, content: string): GivenFile => ({ path, file: new Blob([content]) });

/** The same files with one of them changed; null takes it away. */
export const replaced = (files: readonly GivenFile[], path: string, file: Blob | null): GivenFile[] =>
  files.flatMap((given) => (given.path !== path ? [given] : file ? [{ path, file }] : []));

export const openSample = (options: SampleOptions = {}) => openRecording(sampleV30(options));
