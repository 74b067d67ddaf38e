/** Recordings: every row of MOTION_READERS and LAYOUT_READERS, archives of them, and videos. */
import { zipSync } from 'fflate';
import type { Problem } from '../../src/problem';
import { collectFiles } from '../../src/recording/files';
import { MOTION_READERS } from '../../src/recording/motion_readers';
import { LAYOUT_READERS, openRecording } from '../../src/recording/open_recording';
import { openVideo } from '../../src/recording/video_index';
import { fixture } from '../containers/fixture';
import { npy, npyText, npz } from '../containers/npy';
import { zarrArray } from '../containers/zarr';
import { film } from '../recording/mp4';
import { sampleV21, sampleV30 } from '../recording/sample';
import { bytesOf, type FuzzReader, filesOf, jsonBytes, type Sample, sampleOf, utf8 } from './reader';

const VALUES = Array.from({ length: 12 }, (_, n) => n);
const ARRAYS = { state: npy([6, 2], VALUES), action: npy([6, 2], VALUES, 'f8', '>', true), task: npyText('Pick it.') };
const CAMERAS = { cameras: ['observation.images.top'] };

async function fixtures(...names: readonly string[]): Promise<Sample[]> {
  return Promise.all(names.map(async (name) => ({ [name]: await bytesOf(fixture(name)) })));
}

/** Of every kind of file that holds motion. */
const MOTION: Readonly<Record<string, () => Promise<readonly Sample[]>>> = {
  npz: async () => [{ 'a.npz': await bytesOf(npz(ARRAYS)) }, { 'b.npz': await bytesOf(npz(ARRAYS, 6)) }],
  npy: async () => [{ 'a_state.npy': ARRAYS.state, 'a_action.npy': ARRAYS.action }],
  table: async () => [
    { 'a.csv': utf8('episode,time,state_a,action_a,task\n0,0,1,2,"a"\n0,0.1,2,3,"a, b"\n1,0,1,2,c\n') },
    { 'a.tsv': utf8('state\taction\n1\t3\n2\t4\n') },
  ],
  hdf5: () => fixtures('aloha.hdf5', 'two_frames.hdf5', 'robomimic.hdf5'),
  zarr: async () => {
    const stored = await collectFiles([{ path: 'a.zarr.zip', file: fixture('pusht.zarr.zip') }], []);
    const arrays = ['state', 'action', 'timestamp'].flatMap((name) => zarrArray(`a.zarr/data/${name}`, [1, 2]));
    return [
      { 'a.zarr/.zgroup': jsonBytes({ zarr_format: 2 }), ...(await sampleOf(arrays)) },
      Object.fromEntries(await Promise.all(stored.map(async ({ path, open }) => [path, await bytesOf(await open())]))),
    ];
  },
};

/** Of every layout. */
const LAYOUTS: Readonly<Record<string, () => Promise<readonly Sample[]>>> = {
  LeRobot: async () => [await sampleOf(sampleV21(CAMERAS)), await sampleOf(sampleV30(CAMERAS))],
  'plain files': async () => [
    ...(await fixtures('pusht.zarr.zip')),
    { 'a.zip': Uint8Array.from(zipSync({ 'a.npz': await bytesOf(npz(ARRAYS)) })) },
    { 'b.zip': Uint8Array.from(zipSync({ 'a_state.npy': ARRAYS.state, 'a_action.npy': ARRAYS.action }, { level: 6 })) },
  ],
};

/** Whatever is given, the answer is a sound recording or a ProblemError. */
async function readRecording(sample: Sample): Promise<readonly Problem[] | undefined> {
  const { episodes, jointNames, problems, tasks, cameras } = await openRecording(filesOf(sample));
  for (const { what, where, fix } of problems)
    if (!where || !fix || !/\.$/.test(what)) throw new Error(`no problem for a person: ${what} · ${where} · ${fix}`);
  for (const { length, state, action, timestamps, task, footage } of episodes) {
    const isSound =
      length > 0 &&
      state.length === length * jointNames.state.length &&
      action.length === length * jointNames.action.length &&
      footage.length === cameras.length &&
      [state, action, timestamps].every((list) => list.every(Number.isFinite)) &&
      task.every((one) => tasks[one] !== undefined);
    if (!isSound) throw new Error('an episode is not sound');
  }
  if (episodes.length === 0) throw new Error('there are no episodes');
  return undefined;
}

const video: FuzzReader = {
  id: 'recording: video',
  samples: async () => [{ 'a.mp4': await bytesOf(film(12, 20)) }, { 'b.mp4': await bytesOf(film(5, 30)) }],
  async read(sample) {
    const [[path, content]] = Object.entries(sample) as [[string, Sample[string]]];
    const { length, time, offset, bytes } = await openVideo({
      path,
      bytes: content.length,
      open: async () => new Blob([content]),
    });
    if (time.length !== length) throw new Error('frames without times');
    for (let n = 0; n < length; n++)
      if (offset[n]! + bytes[n]! > content.length) throw new Error('a frame outside of the file');
    return undefined;
  },
};

const row = (id: string, samples: FuzzReader['samples'] | undefined): FuzzReader => ({
  id: `recording: ${id}`,
  samples: samples ?? (() => Promise.reject(new Error(`no sample of ${id}`))),
  read: readRecording,
});

export const RECORDINGS: readonly FuzzReader[] = [
  ...MOTION_READERS.map(({ id }) => row(id, MOTION[id])),
  ...LAYOUT_READERS.map(({ id }) => row(id, LAYOUTS[id])),
  video,
];
