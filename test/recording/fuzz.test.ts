import { expect, test, vi } from 'vitest';
import { ProblemError } from '../../src/problem';
import { randomStream } from '../../src/random';
import { collectFiles, type GivenFile } from '../../src/recording/files';
import { openRecording } from '../../src/recording/open_recording';
import type { Recording } from '../../src/recording/recording';
import { openVideo } from '../../src/recording/video_index';
import { fixture } from '../containers/fixture';
import { npy, npz } from '../containers/npy';
import { mp4 } from './mp4';
import { replaced, sampleV21, sampleV30, text } from './sample';

vi.setConfig({ testTimeout: 60_000 }); // many inputs on a busy machine

const CAMERA = 'observation.images.top';
const LAYOUTS = [sampleV21, sampleV30];

/** Whatever is given, the answer is a sound recording or a ProblemError, and every problem can be acted on. */
async function survives(files: readonly GivenFile[]): Promise<Recording | null> {
  try {
    const recording = await openRecording(files);
    for (const { what, where, fix } of recording.problems) {
      expect(what).toMatch(/\.$/);
      expect(fix, what).toMatch(/\.$/);
      expect(where, what).toBeTruthy();
    }
    const { state, action } = recording.jointNames;
    expect(recording.episodes.length).toBeGreaterThan(0);
    for (const episode of recording.episodes) {
      expect(episode.length).toBeGreaterThan(0);
      expect(episode.state.length).toBe(episode.length * state.length);
      expect(episode.action.length).toBe(episode.length * action.length);
      expect([...episode.state, ...episode.action, ...episode.timestamps].every(Number.isFinite)).toBe(true);
      expect([...episode.task].every((task) => recording.tasks[task] !== undefined)).toBe(true);
      expect(episode.footage.length).toBe(recording.cameras.length);
    }
    return recording;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.problem.what).toMatch(/\.$/);
    expect(error.problem.fix).toMatch(/\.$/);
    return null;
  }
}

const bytesOf = async (file: Blob) => new Uint8Array(await file.arrayBuffer());

/** The content cut off, or with a few bytes changed. */
function mutated(content: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  const end = random() < 0.4 ? Math.floor(random() * content.length) : content.length;
  const changed = content.slice(0, end);
  for (let left = Math.floor(random() * 5); left > 0 && end > 0; left--)
    changed[Math.floor(random() * end)] = Math.floor(random() * 256);
  return changed;
}

test.each([...LAYOUTS])('parquet cut off or changed, whichever file it is', async (sample) => {
  const random = randomStream(1);
  const files = sample({ cameras: [CAMERA] });
  const parquets = files.filter(({ path }) => path.endsWith('.parquet'));
  for (let round = 0; round < 100; round++) {
    const { path, file } = parquets[Math.floor(random() * parquets.length)]!;
    await survives(replaced(files, path, new Blob([mutated(await bytesOf(file), random)])));
  }
});

test.each([...LAYOUTS])('descriptions with anything in any place', async (sample) => {
  const random = randomStream(2);
  const odd: unknown[] = [
    null,
    true,
    -1,
    0,
    0.5,
    1e308,
    1e15,
    '',
    'x',
    '../../../etc/passwd',
    '/etc/passwd',
    'C:\\x',
    '\0',
    '{',
    '{}',
    '{__proto__}',
    'a'.repeat(10_000),
    '{episode_index:09d}'.repeat(40),
    '(a+)+$',
    [],
    [[]],
    {},
    { __proto__: null },
    [null],
    'v2.1',
    'v3.0',
  ];
  const files = sample({ cameras: [CAMERA] });
  const info = JSON.parse(await files[0]!.file.text()) as Record<string, unknown>;
  const places = (value: unknown, path: readonly string[] = []): string[][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...places(inner, [...path, key])])
      : [];
  const all = places(info);
  for (let round = 0; round < 150; round++) {
    const changed = structuredClone(info);
    for (let change = 1 + Math.floor(random() * 2); change > 0; change--) {
      const path = all[Math.floor(random() * all.length)]!;
      let at: unknown = changed;
      for (const key of path.slice(0, -1)) at = (at as Record<string, unknown> | null)?.[key];
      if (typeof at === 'object' && at !== null)
        (at as Record<string, unknown>)[path.at(-1)!] = odd[Math.floor(random() * odd.length)];
    }
    await survives(replaced(files, 'meta/info.json', new Blob([JSON.stringify(changed)])));
  }
});

test('text files of meta cut off or changed', async () => {
  const random = randomStream(3);
  const files = sampleV21({ cameras: [CAMERA] });
  for (let round = 0; round < 100; round++) {
    const { path, file } = files[Math.floor(random() * 3)]!;
    await survives(replaced(files, path, new Blob([mutated(await bytesOf(file), random)])));
  }
});

test('names that reach for prototypes change nothing', async () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const info = await sampleV30()[0]!.file.text();
  const poisoned = `${info.slice(0, -1)},"__proto__":{"polluted":1,"fps":1},"constructor":{"prototype":{"polluted":1}}}`;
  const features = info.replace(
    '"features":{',
    '"features":{"__proto__":{"dtype":"video","polluted":1},"toString":{"dtype":"video"},',
  );
  for (const content of [poisoned, features]) {
    const recording = await survives(replaced(sampleV30(), 'meta/info.json', new Blob([content])));
    expect(recording!.fps).toBe(20);
    expect(recording!.jointNames.state[0]).toBe('joint_0.pos');
  }
  const tasks = text('meta/tasks.jsonl', '{"task_index":0,"task":"a","__proto__":{"polluted":1}}\n');
  await survives([...sampleV21().filter(({ path }) => path !== tasks.path), tasks]);
  await survives([{ path: 'a.npz', file: npz({ __proto__x: npy([1], [1]), constructor: npy([1], [1]) }) }]);
  await survives([text('a.csv', '__proto__,constructor,state,action\n1,2,3,4\n')]);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('huge counts cost nothing', async () => {
  for (const sample of LAYOUTS) {
    const files = sample({ info: { total_episodes: 2 ** 53 - 1, total_frames: 1e300, chunks_size: 1e15, fps: 1 } });
    expect((await survives(files))!.problems[0]!.what).toContain('9007199254740991 episodes are promised');
  }
  const head = npy([1], [1]);
  const huge = new TextDecoder('latin1').decode(head).replace('(1,)', '(99999999999999,)').slice(0, head.length);
  const content = Uint8Array.from(huge, (character) => character.charCodeAt(0));
  expect(await survives([{ path: 'a.npz', file: npz({ state: content, action: head }) }])).toBeNull();
});

test('a description that is nested 100,000 levels deep is refused, and named', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const infos = [deep, `{"features":${deep}}`, `{"features":{"action":{"dtype":"float32","names":${deep}}}}`];
  for (const content of infos) {
    const files = replaced(sampleV30(), 'meta/info.json', new Blob([content]));
    await expect(openRecording(files)).rejects.toMatchObject({
      problem: { where: 'meta/info.json', what: expect.stringMatching(/nested more than 32 levels deep\.$/) },
    });
  }
  const stored = await collectFiles([{ path: 'a.zarr.zip', file: fixture('pusht.zarr.zip') }], []);
  const files = await Promise.all(stored.map(async ({ path, open }) => ({ path, file: await open() })));
  const { path } = files.find((one) => one.path.endsWith('action/.zarray'))!;
  const array = new Blob([`{"shape":[1],"chunks":[1],"dtype":${deep}}`]);
  await expect(openRecording(replaced(files, path, array))).rejects.toMatchObject({
    problem: { where: path, what: expect.stringContaining('nested more than 32 levels deep') },
  });
});

test('arrays, archives and tables cut off or changed', async () => {
  const random = randomStream(4);
  const values = Array.from({ length: 12 }, (_, i) => i);
  const arrays = await bytesOf(npz({ state: npy([6, 2], values), action: npy([6, 2], values) }, 6));
  const table = new TextEncoder().encode(
    'episode,time,state_a,action_a,task\n0,0,1,2,"a"\n0,0.1,2,3,"a, b"\n1,0,1,2,c\n',
  );
  for (let round = 0; round < 120; round++) {
    for (const [path, content] of [
      ['a.npz', arrays],
      ['a.zip', arrays],
      ['a_state.npy', npy([6, 2], values)],
      ['a.csv', Uint8Array.from(table)],
    ] as const)
      await survives([{ path, file: new Blob([mutated(content, random)]) }]);
  }
});

test.each(['aloha.hdf5', 'robomimic.hdf5', 'newer.hdf5', 'pusht.zarr.zip'])('%s cut off or changed', async (name) => {
  const random = randomStream(6);
  const content = await bytesOf(fixture(name));
  for (let round = 0; round < 60; round++) await survives([{ path: name, file: new Blob([mutated(content, random)]) }]);
});

test('a Zarr store with any of its files cut off or changed', async () => {
  const random = randomStream(7);
  const stored = await collectFiles([{ path: 'a.zarr.zip', file: fixture('pusht.zarr.zip') }], []);
  const files = await Promise.all(stored.map(async ({ path, open }) => ({ path, file: await open() })));
  for (let round = 0; round < 150; round++) {
    const { path, file } = files[Math.floor(random() * files.length)]!;
    await survives(replaced(files, path, new Blob([mutated(await bytesOf(file), random)])));
  }
});

test('videos cut off or changed', async () => {
  vi.spyOn(console, 'error').mockReturnValue(undefined); // the demuxer speaks of what it meets
  const random = randomStream(5);
  const samples = Array.from({ length: 12 }, (_, i) => ({ data: new Uint8Array(20).fill(i), key: i % 4 === 0 }));
  const description = Uint8Array.from([1, 0x42, 0, 0x1f, 0xff, 0xe0, 0]);
  for (const tablesLast of [false, true]) {
    const content = mp4(samples, { kind: 'avc1', description, width: 64, height: 48, rate: 20, tablesLast });
    for (let round = 0; round < 120; round++) {
      const changed = mutated(content, random);
      try {
        const video = await openVideo({ path: 'a.mp4', bytes: changed.length, open: async () => new Blob([changed]) });
        expect(video.time.length).toBe(video.length);
        for (let s = 0; s < video.length; s++)
          expect(video.offset[s]! + video.bytes[s]!).toBeLessThanOrEqual(changed.length);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
      }
    }
  }
  vi.restoreAllMocks();
});
