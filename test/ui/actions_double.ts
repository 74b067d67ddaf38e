import type {
  ActionCurve,
  ActionsSettings,
  EpisodeCurves,
  EpisodePictures,
  ListedAdapter,
  ListedBase,
  ListedJoint,
  OpenLoop,
  PicturesRequest,
  RecordingReport,
  TrainEvent,
} from '../../src/worker/api';
import { adapterNamed, eventsOf, ok, type TrainerDouble } from './trainer_double';

/* What the trainer's double says in the actions task. Its numbers mean nothing. */

export const actionsBase: ListedBase = {
  id: 'actions',
  task: 'actions',
  name: 'Small robot policy',
  description:
    'A reduced π0: image tower, backbone and action expert. Pretrained on generated arm motion with drawn pictures, never on a real robot.',
  parameters: 2_431_776,
  vocabularySize: 2048,
  context: 48,
  cameras: 3,
  actions: { cameras: ['base_0_rgb', 'left_wrist_0_rgb', 'right_wrist_0_rgb'], horizon: 16, promptLength: 48 },
  heldoutBitsPerByte: Number.NaN,
  licence: 'Apache-2.0',
};

const joints = [
  'shoulder_pan.pos',
  'shoulder_lift.pos',
  'elbow_flex.pos',
  'wrist_flex.pos',
  'wrist_roll.pos',
  'gripper.pos',
];

export const recording: RecordingReport = {
  layout: 'LeRobot v3.0',
  robot: 'so101_follower',
  fps: 30,
  episodes: [0, 1, 2, 3].map((index) => ({
    index,
    frames: [299, 412, 380, 401][index] ?? 0,
    task: 'Grab the black cube and put it into the white box',
    heldout: index === 2,
  })),
  frames: 1492,
  heldoutFrames: 380,
  joints: { state: joints, action: joints },
  cameras: [
    { name: 'observation.images.front', width: 640, height: 480, available: true, codec: 'av01.0.04M.08' },
    { name: 'observation.images.wrist', width: 640, height: 480, available: false, why: 'There is no video of it.' },
  ],
  tasks: ['Grab the black cube and put it into the white box'],
  promisedEpisodes: 4,
  allJoints: joints.map((name) => ({ name, chosen: true })),
  suggestedState: { form: 'last-action-and-lag', why: 'The state follows the action in 6 of 6 joints that move.' },
  states: [
    {
      form: 'measured',
      refused: null,
      delta: {
        mask: [true, true, true, true, true, false],
        why: 'An action says where a joint is to be.',
        reasons: ['position', 'position', 'position', 'position', 'position', 'grasping'],
      },
    },
    ...(['last-action', 'last-action-and-lag'] as const).map((form) => ({
      form,
      refused: null,
      delta: {
        mask: joints.map(() => true),
        why: 'Differences from the last action, with which the state begins.',
        reasons: joints.map(() => 'last action' as const),
      },
    })),
  ],
  problems: [
    {
      what: 'There is no video of this camera: it is masked.',
      where: 'observation.images.wrist',
      fix: 'Add the folder “videos” of the recording, or train without it.',
    },
  ],
};

/** Joints of a hand that are more than can be learned: some hold still, one jitters. */
export const manyJoints: readonly ListedJoint[] = Array.from({ length: 40 }, (_, place) => ({
  name: `hand_${place}.pos`,
  chosen: true,
  ...(place >= 34 ? { quiet: place === 39 ? ('tick' as const) : ('still' as const) } : {}),
}));

/** A recording in which not all is as it should be. */
export const damaged: RecordingReport = {
  ...recording,
  promisedEpisodes: 6,
  episodes: recording.episodes.map((episode) => ({ ...episode, task: '' })),
  joints: { state: joints.slice(0, 5), action: joints.slice(0, 5) },
  allJoints: joints.map((name, place) => ({
    name,
    chosen: place < 5,
    ...(place === 4 ? { quiet: 'still' as const } : {}),
  })),
  suggestedState: { form: 'measured', why: 'The state follows the action in 2 of 5 joints that move only.' },
  states: recording.states.map(({ form, delta }) => ({
    form,
    refused: form === 'measured' ? null : 'State and action of this robot are not the same joints.',
    delta: {
      ...delta,
      mask: joints.slice(0, 5).map(() => false),
      reasons: joints.slice(0, 5).map(() => 'no positions'),
    },
  })),
  cameras: [
    { name: 'observation.images.front', width: 640, height: 480, available: true, codec: 'av01.0.04M.08' },
    { name: 'observation.images.side', width: 640, height: 480, available: true, codec: 'image' },
    {
      ...{ name: 'observation.images.wrist', width: 640, height: 480, available: false, codec: 'mp4v.20' },
      why: 'Its videos are MPEG-4 Part 2 (mp4v), which no browser decodes.',
      command: 'ffmpeg -i IN.mp4 -c:v libx264 OUT.mp4',
    },
  ],
  problems: [
    {
      what: '6 episodes are promised, 4 can be used (0–3). Missing: 4, 5.',
      where: 'meta/info.json',
      fix: 'Copy the missing files, or go on with those that are here.',
    },
    { what: 'A row has no number in its action; its episode is left out.', where: 'episode 7', count: 12 },
  ],
};

/** Errors that fall with the steps; the gripper stays better held. */
export function openLoopAt(step: number): OpenLoop {
  const share = 0.35 + 0.65 * Math.exp(-step / 40);
  return {
    fps: 30,
    joints,
    mae: joints.map((_, joint) => (joint === 5 ? 1.9 : (2.1 + joint) * share)),
    hold: joints.map((_, joint) => (joint === 5 ? 1.2 : 1.9 + 0.8 * joint)),
    mean: joints.map((_, joint) => 12.5 + joint),
    base: joints.map((_, joint) => 3.2 + 1.1 * joint),
    curves: [curveOf(2, 380, share), curveOf(9, 120, share)],
  };
}

/** Joints of an episode that swing, their state a little late. */
export function episodeCurvesOf(episode: number): EpisodeCurves {
  const frames = recording.episodes.find(({ index }) => index === episode)?.frames ?? 0;
  const { recorded } = curveOf(episode, frames, 1);
  return {
    episode,
    times: Float32Array.from({ length: frames }, (_, frame) => frame / recording.fps),
    state: recorded.map((value, place) => recorded[Math.max(0, place - 6 * joints.length)] ?? value),
    action: recorded,
  };
}

/** Pictures that are asked for, each grey of its own brightness: that of its frame. */
export async function picturesOf({ episode, frames, cameras }: PicturesRequest): Promise<EpisodePictures> {
  const pictures = cameras.flatMap((camera) => frames.map((frame) => ({ camera, frame, picture: greyPicture(frame) })));
  return { episode, pictures, problems: [] };
}

/** Gives a double what is seen of `recording`. */
export function withFootage(double: TrainerDouble): void {
  double.curves = (episode) => ok(episodeCurvesOf(episode));
  double.pictures = async (request) => ok(await picturesOf(request));
}

/** Grey of one brightness, 0 to 255. */
function greyPicture(frame: number): ImageBitmap {
  const canvas = new OffscreenCanvas(64, 48);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const level = frame % 256;
  context.fillStyle = `rgb(${level},${level},${level})`;
  context.fillRect(0, 0, 64, 48);
  return canvas.transferToImageBitmap();
}

function curveOf(episode: number, frames: number, share: number): ActionCurve {
  const at = (value: (frame: number, joint: number) => number) =>
    Float32Array.from({ length: frames * joints.length }, (_, place) =>
      value(Math.floor(place / joints.length), place % joints.length),
    );
  const recorded = (frame: number, joint: number) => 30 * Math.sin(frame / (25 + 9 * joint)) + 4 * joint;
  return {
    episode,
    frames,
    horizon: 16,
    recorded: at(recorded),
    predicted: at((frame, joint) => recorded(frame, joint) + 6 * share * Math.sin(frame / 3 + joint)),
    base: at((frame, joint) => recorded(frame, joint) * 0.5),
  };
}

/** The events of an actions run: those of every run, and what only this task tells. */
export function* actionsEventsOf(settings: ActionsSettings, from: number, to: number): Generator<TrainEvent> {
  for (const event of eventsOf(settings, from, to)) {
    yield event;
    if (event.kind === 'memory') {
      yield {
        kind: 'prefix',
        constant: true,
        reason: 'Nothing trains before the expert: they are kept for each of 1112 frames, on the GPU.',
      };
    }
    if (event.kind === 'heldout') yield { kind: 'open loop', step: event.step, openLoop: openLoopAt(event.step) };
  }
}

export const actionsAdapterNamed = (id: string, name: string): ListedAdapter => ({
  ...adapterNamed(id, name),
  base: 'actions',
  robot: { name: 'so101_follower', joints, cameras: ['observation.images.front'], horizon: 16 },
  formats: ['openpi', 'peft', 'norm_stats', 'memory'],
});
