/** What an actions run keeps of its own, as a file from anywhere holds it. */
import { arrayOf, count, type Form, flag, listOf, number, object, oneOf, orNull, text } from '../../adapter/forms';
import { normStats } from '../../adapter/robot_form';
import type { RunForms } from '../../adapter/told_run';
import type { Stats } from '../../recording/normalize';
import type { Episode, Recording } from '../../recording/recording';
import { type ActionsData, frameOffsets, type SeenCamera } from './data';

const floats = arrayOf(Float32Array);
const bytes = arrayOf(Uint8Array);
const texts = listOf(text);
const none: Form<null> = (value) => (value === null ? null : undefined);

const episode: Form<Episode> = object(
  {
    ...{ index: count, length: count, state: floats, action: floats, timestamps: floats },
    ...{ task: arrayOf(Uint16Array), footage: listOf(none) },
  },
  { source: object({ recording: text, index: count }) },
);

const recording: Form<Recording> = object(
  {
    info: object({
      ...{ layout: text, robot: text, promisedEpisodes: orNull(number) },
      ...{ stateColumn: text, actionColumn: text },
    }),
    ...{ fps: number, episodes: listOf(episode), jointNames: object({ state: texts, action: texts }), tasks: texts },
    cameras: listOf(
      object({ name: text, width: number, height: number, available: flag }, { codec: text, why: text, command: text }),
    ),
    problems: listOf(object({ what: text }, { where: text, fix: text, count })),
  },
  { joints: listOf(object({ name: text, chosen: flag }, { quiet: oneOf('still', 'tick') })) },
);

const camera: Form<SeenCamera> = object({ name: text }, { place: text, files: texts, rgb: bytes, mask: bytes });

const told: Form<ActionsData> = object(
  {
    recording,
    split: object({ training: listOf(count), heldout: listOf(count) }),
    cameras: listOf(camera),
    pictureOf: arrayOf(Int32Array),
  },
  { stats: normStats },
);

/** Whether what counts into a list stays in it, and lists are as long as they say. */
function agrees({ recording, split, cameras, pictureOf, stats }: ActionsData): boolean {
  const { episodes, jointNames, tasks } = recording;
  const pictures = cameras.map(({ mask }) => mask?.length ?? 0);
  const mostPictures = pictures.length > 0 ? Math.min(...pictures) : 0;
  const isWhole = ({ length, state, action, timestamps, task }: Episode) =>
    state.length === length * jointNames.state.length &&
    action.length === length * jointNames.action.length &&
    timestamps.length === length &&
    task.length === length &&
    task.every((one) => one < tasks.length);
  return (
    episodes.every(isWhole) &&
    [...split.training, ...split.heldout].every((place) => place < episodes.length) &&
    cameras.every(isSquare) &&
    [stats?.state, stats?.actions].every(areEven) &&
    pictureOf.every((place) => place >= -1 && place < mostPictures)
  );
}

/** Whether its lists have one length. */
const areEven = (rows: Stats = { mean: [], std: [] }): boolean =>
  new Set(Object.values(rows).map(({ length }) => length)).size === 1;

/** Whether it has as many square pictures of three colours as it says, or none. */
function isSquare({ rgb, mask }: SeenCamera): boolean {
  if (!rgb || !mask || mask.length === 0) return (rgb?.length ?? 0) === 0 && (mask?.length ?? 0) === 0;
  return Number.isInteger(Math.sqrt(rgb.length / mask.length / 3));
}

export const actionsForms: RunForms<ActionsData> = {
  data(value) {
    const data = told(value);
    return data && agrees(data) && data.pictureOf.length === frameOffsets(data.recording).at(-1) ? data : undefined;
  },
  base: object({ chunks: listOf(floats) }),
};
