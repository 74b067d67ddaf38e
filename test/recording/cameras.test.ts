import { expect, test, vi } from 'vitest';
import { openRecording } from '../../src/recording/open_recording';
import { openVideo } from '../../src/recording/video_index';
import { timesOfFrames } from '../../src/recording/video_plan';
import { film, type Mp4Options } from './mp4';
import { actionValue, EPISODES, FPS, parquet, replaced, sampleV21, sampleV30, stateValue } from './sample';

const CAMERA = 'observation.images.top';
const POINTER = new Blob(['version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n']);

const videoOf = (frames: number, kind: Mp4Options['kind']) => film(frames, FPS, kind);
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

test('videos that cannot be opened are told before the run, and cost their own episodes', async () => {
  vi.spyOn(console, 'error').mockReturnValue(undefined); // the demuxer speaks of what it meets
  const damaged = new Blob(['no video']);
  const some = await openRecording(filmed(({ index, frames }) => (index === 1 ? damaged : videoOf(frames, 'avc1'))));
  expect(some.cameras[0]).toMatchObject({ available: true, codec: 'avc1.42001f' });
  expect(some.episodes.map(({ footage }) => footage[0] !== null)).toEqual([true, false, true]);
  expect(some.problems).toMatchObject([
    {
      what: expect.stringMatching(
        `^1 of 3 videos of camera "${CAMERA}" cannot be opened; it is masked in episode 1. The video cannot be opened: `,
      ),
      where: pathOf(1),
    },
  ]);
  const all = await openRecording(filmed(() => damaged));
  expect(all.cameras[0]).toMatchObject({ available: false, why: 'Its videos cannot be opened.' });
  expect(all.problems).toMatchObject([{ what: expect.stringMatching(/^3 of 3 videos/), count: 3 }]);
  vi.restoreAllMocks();
});

test('a codec is that of most videos; those of another that is not decoded are masked and named', async () => {
  const files = filmed(({ index, frames }) => videoOf(frames, index === 0 ? 'mp4v' : 'avc1'));
  const { cameras, problems, episodes } = await openRecording(files);
  expect(cameras[0]).toMatchObject({ available: true, codec: 'avc1.42001f' });
  expect(episodes.map(({ footage }) => footage[0] !== null)).toEqual([false, true, true]);
  expect(problems.map(({ what }) => what)).toEqual([
    `Camera "${CAMERA}" is masked in episode 0. Its videos are MPEG-4 Part 2 (mp4v), which no browser decodes.`,
  ]);
});

test('where videos and rows differ in number: which episodes, and by how many, in one sentence', async () => {
  const off = [0, -2, 3];
  const { problems, cameras } = await openRecording(
    filmed(({ index, frames }) => videoOf(frames + off[index]!, 'avc1')),
  );
  expect(cameras[0]!.available).toBe(true);
  expect(problems.map(({ what, where, count }) => [what, where, count])).toEqual([
    [
      `The video of camera "${CAMERA}" has 2 frames fewer to 3 frames more than there are rows in episodes 1–2; there each row has the picture that is nearest in time, or none.`,
      pathOf(1),
      2,
    ],
  ]);
  const shared = [
    ...sampleV30({ cameras: [CAMERA] }),
    { path: `videos/${CAMERA}/chunk-000/file-000.mp4`, file: videoOf(25, 'avc1') },
  ];
  expect((await openRecording(shared)).problems.map(({ what }) => what)).toEqual([
    expect.stringContaining('has 3 frames fewer than there are rows in episode 2;'),
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
