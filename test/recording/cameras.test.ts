import { expect, test, vi } from 'vitest';
import { openRecording } from '../../src/recording/open_recording';
import { openVideo } from '../../src/recording/video_index';
import { timesOfFrames } from '../../src/recording/video_plan';
import { type Mp4Options, mp4 } from './mp4';
import { actionValue, EPISODES, FPS, parquet, replaced, sampleV21, stateValue } from './sample';

const CAMERA = 'observation.images.top';
const LOOK = { description: Uint8Array.from([1, 0x42, 0, 0x1f, 0xff, 0xe0, 0]), width: 64, height: 48, rate: FPS };
const POINTER = new Blob(['version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n']);

const videoOf = (frames: number, kind: Mp4Options['kind']) =>
  new Blob([
    mp4(
      Array.from({ length: frames }, (_, i) => ({ data: new Uint8Array(200).fill(i), key: i % 4 === 0 })),
      { ...LOOK, kind },
    ),
  ]);
const pathOf = (episode: number) => `videos/chunk-000/${CAMERA}/episode_00000${episode}.mp4`;
const filmed = (file: (episode: (typeof EPISODES)[number]) => Blob) => [
  ...sampleV21({ cameras: [CAMERA] }),
  ...EPISODES.map((episode) => ({ path: pathOf(episode.index), file: file(episode) })),
];

test('a camera of a format that browsers decode is available, and says which it is', async () => {
  const { cameras, problems } = await openRecording(filmed(({ frames }) => videoOf(frames, 'avc1')));
  expect(cameras).toEqual([{ name: CAMERA, width: 64, height: 48, available: true, codec: 'avc1.42001f' }]);
  expect(problems).toEqual([]);
});

test('a format that no browser decodes is told on opening, once a camera, with the command that rewrites it', async () => {
  const { cameras, problems, episodes } = await openRecording(filmed(({ frames }) => videoOf(frames, 'mp4v')));
  expect(cameras[0]).toMatchObject({
    available: false,
    codec: expect.stringMatching(/^mp4v/),
    why: 'Its videos are MPEG-4 Part 2 (mp4v), which no browser decodes.',
  });
  expect(episodes.map(({ footage }) => footage)).toEqual([[null], [null], [null]]);
  expect(problems).toEqual([
    {
      what: `Camera "${CAMERA}" is masked. Its videos are MPEG-4 Part 2 (mp4v), which no browser decodes.`,
      where: pathOf(0),
      fix: expect.stringContaining('ffmpeg -i IN.mp4 -c:v libx264 OUT.mp4'),
    },
  ]);
});

test('a format that this browser alone does not decode is told as that', async () => {
  vi.stubGlobal('VideoDecoder', { isConfigSupported: async () => ({ supported: false }) });
  try {
    const { cameras } = await openRecording(filmed(({ frames }) => videoOf(frames, 'avc1')));
    expect(cameras[0]).toMatchObject({
      available: false,
      why: 'Its videos are avc1.42001f, which this browser does not decode.',
    });
  } finally {
    vi.unstubAllGlobals();
  }
});

test('videos that are Git LFS pointers are told once, and masked', async () => {
  const some = await openRecording(filmed(({ index, frames }) => (index === 0 ? videoOf(frames, 'avc1') : POINTER)));
  expect(some.cameras[0]).toMatchObject({ available: true, codec: 'avc1.42001f' });
  expect(some.episodes.map(({ footage }) => footage[0] !== null)).toEqual([true, false, false]);
  expect(some.problems).toEqual([
    {
      what: `2 of 3 videos of camera "${CAMERA}" are Git LFS pointers, not the data; it is masked there.`,
      where: pathOf(1),
      fix: expect.stringContaining('git lfs pull'),
      count: 2,
    },
  ]);
  const all = await openRecording(filmed(() => POINTER));
  expect(all.cameras).toEqual([
    {
      ...{ name: CAMERA, width: 64, height: 48, available: false },
      ...{ why: 'Its videos are Git LFS pointers.', command: 'git lfs pull' },
    },
  ]);
});

test('rows that a slow clock stamped have the frame of their own place', async () => {
  const rows = EPISODES.flatMap(({ index, frames }) =>
    Array.from({ length: frames }, (_, frame) => ({ index, frame })),
  );
  const joints = [0, 1, 2];
  const motion = (index: number) => {
    const own = rows.filter((row) => row.index === index);
    return parquet([
      ['observation.state', 'LIST', own.map(({ frame }) => joints.map((joint) => stateValue(index, frame, joint)))],
      ['action', 'LIST', own.map(({ frame }) => joints.map((joint) => actionValue(index, frame, joint)))],
      ['timestamp', 'DOUBLE', own.map(({ frame }) => (1.15 * frame) / FPS)],
    ]);
  };
  let files = filmed(({ frames }) => videoOf(frames, 'avc1'));
  for (const { index } of EPISODES)
    files = replaced(files, `data/chunk-000/episode_00000${index}.parquet`, new Blob([motion(index)]));
  for (const { footage, length, timestamps } of (await openRecording(files)).episodes) {
    const stretch = footage[0]!;
    if (!('whole' in stretch)) throw new Error('the sample has videos');
    const wanted = [...timestamps].map((seconds, row) => ({ seconds, row, stretch }));
    const times = timesOfFrames(await openVideo(stretch.file), wanted, FPS);
    expect(times).toEqual(Array.from({ length }, (_, frame) => frame / FPS));
  }
});

test('of two takes under one number, the second goes on in the video of the first, unless it has its own', async () => {
  const twice = [0, 1, 2, 3, 0, 1, 2];
  const content = parquet([
    ['observation.state', 'LIST', twice.map((frame) => [frame, 1, 2])],
    ['action', 'LIST', twice.map((frame) => [frame, 2, 3])],
    ['frame_index', 'INT64', twice],
  ]);
  const files = replaced(
    filmed(({ frames }) => videoOf(frames, 'avc1')),
    'data/chunk-000/episode_000001.parquet',
    new Blob([content]),
  );
  const { episodes } = await openRecording(files);
  expect(episodes.map(({ index, length }) => [index, length])).toEqual([
    [0, 12],
    [1, 4],
    [2, 9],
    [3, 3],
  ]);
  expect(episodes[3]!.footage[0]).toMatchObject({ file: { path: pathOf(1) }, row: 4, rows: 7, whole: true });
});
