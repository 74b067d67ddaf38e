import { inLanguage } from '../words/language';
import type { LineId } from './curve_data';

const english = {
  title: 'Look at it',
  episode: 'Episode',
  heldout: 'held out',
  heldoutMeaning: 'Held out: never trained on.',
  episodeOf: (episode: string, length: string) => `${episode} · ${length}`,
  episodeTask: (task: string) => `Asked for: ${task}`,

  play: 'Play',
  pause: 'Pause',
  place: 'Place in the episode',
  frameOf: (frame: string, last: string) => `frame ${frame} of ${last}`,

  pictureOf: (camera: string, time: string) => `Picture of ${camera} at ${time}`,
  noPicture: 'No picture of this moment.',
  fetching: 'decoding',
  noCamera: 'No camera was recorded, or none of its pictures can be read.',
  goTo: (time: string) => `Go to ${time}`,

  lines: {
    action: 'action',
    state: 'state',
    recorded: 'recorded',
    predicted: 'adapter',
    base: 'base alone',
  } satisfies Record<LineId, string>,
  linesMeaning: {
    action: 'Where the joint was told to be.',
    state: 'Where the joint was measured.',
    recorded: 'What was done in the recording.',
    predicted: 'What the base does with the adapter.',
    base: 'What the base does without the adapter.',
  } satisfies Record<LineId, string>,
  shown: 'Lines',
  joints: (shown: string, all: string) => `Joints shown: ${shown} of ${all}`,
  jointsAll: 'All',
  jointsNone: 'None',
  chart: (joint: string, lines: string, low: string, high: string) =>
    `${joint} over time: ${lines}, from ${low} to ${high}. Values at each place are in the table below.`,
  valuesAt: (time: string) => `Values at ${time} as a table`,
  joint: 'Joint',
  noJoints: 'No joint is chosen.',
  reading: 'Reading the episode…',

  armLabel: 'The arm from the side, drawn from its joint angles. Their values are in the table below.',
  armSchematic:
    'Schematic: angles as recorded, read as degrees; link lengths roughly those of an SO-101. The dial is the turn of the base.',

  learned: {
    none: (joints: string) => `On none of ${joints} is the adapter the closest to the recording.`,
    worse: (joints: string, names: string) => `Worse than the base alone on ${joints}: ${names}.`,
    better: 'On every joint it is closer than the base alone.',
  },
  errors: 'Errors, joint by joint',
} as const;

/** Words of what is seen of a recording, and of what was predicted of it. */
export const words = inLanguage(english, () => import('./words_look_zh'));
