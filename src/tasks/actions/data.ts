import { type Base, type BaseModel, toldAsTrained } from '../../base/base';
import type { ActionsForm } from '../../base/catalogue';
import { openpiConfig, type Pi0Config, pi0Config } from '../../model/config';
import type { Problem } from '../../problem';
import { problem } from '../../problem';
import type { FramePlace } from '../../recording/chunks';
import type { NormStats } from '../../recording/normalize';
import type { Recording } from '../../recording/recording';
import type { EpisodeSplit } from '../../recording/split';
import { type Pictures, readPictures } from '../../recording/video';
import type { ActionsSettings, NormalizationKind, StateForm } from '../../settings/actions';
import { placeCameras } from '../../settings/camera_names';
import { evaluationPlaces, heldoutPlaces, trainedPlaces } from './places';

/** A recording whose files can be read, and what of it is never trained on. */
export interface OpenedRecording {
  readonly recording: Recording;
  readonly split: EpisodeSplit;
}

/** What an actions run trains on: plain data, kept with its checkpoints. */
export interface ActionsData extends OpenedRecording {
  /** What the model sees, in its order. None: it learns blind. */
  readonly cameras: readonly SeenCamera[];
  /** Place of each frame of the recording in the pictures that are kept; −1 where there is none. */
  readonly pictureOf: Int32Array<ArrayBuffer>;
  /** Those that the base was trained with, where the run takes them: a run that goes on has them, whatever lies beside the base then. */
  readonly stats?: NormStats;
}

/** A camera of a run, with what it saw at the N frames that the run needs; a run that is streamed keeps no pictures. */
export interface SeenCamera extends Partial<Pick<Pictures, 'rgb' | 'mask'>> {
  readonly name: string;
  /** The place of the base that they take. Absent in checkpoints of before. */
  readonly place?: string;
  /** Paths and bytes of the files that have them, whichever frames were read. Absent in checkpoints of before. */
  readonly files?: readonly string[];
}

const MAX_PICTURE_BYTES = 2 ** 30;

/** Frames in front of each episode, and all frames at the end. */
export function frameOffsets({ episodes }: Recording): number[] {
  const offsets = [0];
  for (const { length } of episodes) offsets.push(offsets.at(-1)! + length);
  return offsets;
}

export type ToldForm = ActionsForm & Required<Pick<ActionsForm, 'stateInPrompt' | 'normalization'>>;

/** What a π0 base was made for; what it does not say is as openpi has it. @throws ProblemError for any other base */
export function actionsFormOf({ actions, summary, config }: BaseModel): ToldForm {
  if (!actions) throw problem('This base predicts no actions.', summary.name, 'Choose the base of the actions task.');
  return { ...toldAsTrained(openpiConfig(config).pi05), streamed: false, ...actions };
}

/** Whether what comes before the expert is streamed: as the settings say, but for a base that is always so. */
export const isStreamed = (
  { streamed = false }: Pick<ActionsForm, 'streamed'>,
  settings: Pick<ActionsSettings, 'streamed'>,
): boolean => streamed || settings.streamed === true;

/** The sizes of a π0 base. @throws Error for any other base */
export const pi0Of = ({ config }: Pick<BaseModel, 'config'>): Pi0Config => pi0Config(openpiConfig(config));

/** How a base takes a robot's numbers. */
export interface RobotRoom {
  /** Numbers of a state, and of an action, that it has room for. */
  readonly width: number;
  /** What the state tells where nobody chooses; absent: the most that fits. */
  readonly state?: StateForm;
  /** How numbers are scaled where nobody chooses. */
  readonly normalization: NormalizationKind;
}

/** @throws ProblemError for a base that predicts no actions */
export function roomOf(base: BaseModel): RobotRoom {
  const { state, normalization } = actionsFormOf(base);
  return { width: pi0Of(base).actionDim, ...(state ? { state } : {}), normalization };
}

/** A camera of the recording, and the place of the base that it takes. */
export interface ChosenCamera {
  /** Its number in the recording. */
  readonly camera: number;
  readonly place?: string;
}

/**
 * The cameras that a run sees, in the order of their places: those of the settings, or as their names suggest. An empty place is left
 * out of the model: that is what its mask comes to, since masked tokens are seen by none and counted in no position.
 * @throws ProblemError for a camera that is not there
 */
export function chosenCameras(
  recording: Recording,
  { cameras: places }: Pick<ActionsForm, 'cameras'>,
  settings: Pick<ActionsSettings, 'cameras'>,
): ChosenCamera[] {
  const available = recording.cameras.filter((camera) => camera.available).map(({ name }) => name);
  const chosen = settings.cameras ?? placeCameras(available, places).map(({ camera }) => camera);
  if (chosen.length > places.length) {
    const what = `${chosen.length} cameras are chosen, and the base has room for ${places.length}.`;
    throw problem(what, 'cameras', 'Choose fewer.');
  }
  return chosen.flatMap((name, n) => {
    if (name === null) return [];
    const camera = recording.cameras.findIndex((one) => one.name === name);
    if (available.includes(name)) return [{ camera, place: places[n]! }];
    const there = available.map((one) => `"${one}"`).join(', ') || 'none';
    throw problem(`There is no video of a camera "${name}".`, 'cameras', `Choose among those that have: ${there}.`);
  });
}

/**
 * Reads the pictures that a run will need, each frame once, and leaves the files behind. Where it is streamed, it reads none: they
 * are read block by block, before the frames go through the layers.
 * @returns the data, and what could not be read
 * @throws ProblemError for cameras that are not there, or more pictures than fit in memory
 */
export async function gatherData(
  { recording, split }: OpenedRecording,
  base: Base,
  settings: ActionsSettings,
  onProgress: (done: number, of: number) => void,
): Promise<{ readonly data: ActionsData; readonly problems: readonly Problem[] }> {
  const form = actionsFormOf(base);
  const chosen = chosenCameras(recording, form, settings);
  const stats = settings.statistics === 'checkpoint' && form.stats ? { stats: form.stats } : {};
  if (isStreamed(form, settings))
    return { data: { ...withoutPictures({ recording, split }, chosen), ...stats }, problems: [] };
  const places = chosen.length > 0 ? neededPlaces({ recording, split }, settings) : [];
  const { data, problems } = await readCameras({ recording, split }, base, chosen, places, onProgress);
  return { data: { ...data, ...stats }, problems };
}

/** Reads what some cameras saw at some frames, and leaves the files behind. */
export async function readCameras(
  opened: OpenedRecording,
  base: Base,
  chosen: readonly ChosenCamera[],
  places: readonly FramePlace[],
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<{ readonly data: ActionsData; readonly problems: readonly Problem[] }> {
  const { recording } = opened;
  const data = withoutPictures(opened, chosen);
  const offsets = frameOffsets(recording);
  for (const [n, { episode, frame }] of places.entries()) data.pictureOf[offsets[episode]! + frame] = n;
  const size = pi0Of(base).img.imageSize;
  const bytes = places.length * chosen.length * size ** 2 * 3;
  if (bytes > MAX_PICTURE_BYTES) {
    const what = `The pictures of ${places.length} frames take ${Math.round(bytes / 2 ** 20)} MB.`;
    throw problem(
      what,
      'memory',
      'Learn from fewer frames, train for fewer steps, choose fewer cameras, or have the model read layer by layer, where no pictures are kept.',
    );
  }
  const cameras: SeenCamera[] = [];
  const problems: Problem[] = [];
  for (const [n, { camera }] of chosen.entries()) {
    const progress = (done: number) => onProgress(n * places.length + done, chosen.length * places.length);
    progress(0);
    const { rgb, mask, problems: found } = await readPictures(recording, camera, places, size, progress);
    cameras.push({ ...data.cameras[n]!, rgb, mask });
    problems.push(...found);
  }
  return { data: { ...data, cameras }, problems };
}

/** What a run learns from, but for what the cameras saw. */
export const withoutPictures = (
  { recording, split }: OpenedRecording,
  chosen: readonly ChosenCamera[],
): ActionsData => ({
  recording: withoutFiles(recording),
  split,
  cameras: chosen.map(({ camera, place }) => ({
    name: recording.cameras[camera]?.name ?? '',
    ...(place ? { place } : {}),
    files: filesOf(recording, camera),
  })),
  pictureOf: new Int32Array(frameOffsets(recording).at(-1)!).fill(-1),
});

/** Paths and bytes of the files that have what a camera saw. */
export function filesOf({ episodes }: Recording, camera: number): string[] {
  const files = episodes.flatMap(({ footage }) => footage[camera]?.file ?? []);
  return [...new Set(files.map(({ path, bytes }) => `${path} ${bytes}`))];
}

/** Whether each frame has images and prompt of its own, or those of a task share theirs. */
export const isPrefixOfFrame = ({ stateInPrompt }: ToldForm, cameras: number): boolean => cameras > 0 || stateInPrompt;

/** Samples of a run that differ in images and prompt: its frames, or its tasks. */
export const prefixCount = (
  opened: OpenedRecording,
  settings: ActionsSettings,
  form: ToldForm,
  cameras: number,
): number => (isPrefixOfFrame(form, cameras) ? neededPlaces(opened, settings).length : opened.recording.tasks.length);

/** A frame of each of them. */
export function prefixFrames(
  opened: OpenedRecording,
  settings: ActionsSettings,
  form: ToldForm,
  cameras: number,
): FramePlace[] {
  if (isPrefixOfFrame(form, cameras)) return neededPlaces(opened, settings);
  const first = new Map<number, FramePlace>();
  for (const [episode, { task }] of opened.recording.episodes.entries())
    for (const [frame, asked] of task.entries()) if (!first.has(asked)) first.set(asked, { episode, frame });
  return [...first.values()];
}

/** Every frame that a run will look at, once each, in order. */
function neededPlaces(opened: OpenedRecording, settings: ActionsSettings): FramePlace[] {
  const { recording, split } = opened;
  return distinct(recording, [...trainedPlaces(recording, split, settings), ...measuredPlaces(opened, settings)]);
}

/** Every held-out frame that it is measured by, once each, in order. */
export const measuredPlaces = ({ recording, split }: OpenedRecording, settings: ActionsSettings): FramePlace[] =>
  distinct(recording, [
    ...heldoutPlaces(recording, split, settings),
    ...evaluationPlaces(recording, split, settings.horizon, settings),
  ]);

function distinct(recording: Recording, places: readonly FramePlace[]): FramePlace[] {
  const numberOf = sampleNumbers(recording, true);
  const frames = new Map(places.map((place) => [numberOf(place), place]));
  return [...frames].sort(([a], [b]) => a - b).map(([, place]) => place);
}

/** The number of a frame as a sample: its place in the recording, or its task where frames of one task are alike. */
export function sampleNumbers(recording: Recording, ofFrame: boolean): (place: FramePlace) => number {
  if (!ofFrame) return ({ episode, frame }) => recording.episodes[episode]?.task[frame] ?? 0;
  const offsets = frameOffsets(recording);
  return ({ episode, frame }) => offsets[episode]! + frame;
}

/** A recording that can be stored: files cannot. */
const withoutFiles = (recording: Recording): Recording => ({
  ...recording,
  episodes: recording.episodes.map((episode) => ({ ...episode, footage: episode.footage.map(() => null) })),
});
