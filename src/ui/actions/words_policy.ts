import { inLanguage } from '../words/language';

const english = {
  title: 'A policy of your own',
  lead: 'The base that ships is a π0 at a small size, and knows no robot. Bring a checkpoint of π0 or π0.5 that you have on your disk, openpi’s or LeRobot’s: its folder (model.safetensors, config.json), with PaliGemma’s tokenizer.json in it or beside it. It is read here, a layer at a time, and goes nowhere.',
  facts: (name: string, kind: string, naming: string, parameters: string, size: string, stored: string) =>
    `${name}: ${kind} with names of ${naming}, ${parameters} parameters, ${size} of files, weights in ${stored}.`,
  stats:
    'It brings the statistics that it was trained with. A run measures those of its recording, unless you choose the others, under Data.',
  streamed: 'Read the model layer by layer',
  streamedMeaning:
    'Images and words go through all that comes before the action expert once, before the first step, with one layer on the GPU at a time; what the expert sees of each frame is kept on the disk. Takes far less memory.',
  streamedLocked: 'Always so with a policy of your own.',
  chunk: 'Chunk',
  chunkMeaning: 'Actions that it predicts from one moment.',
  cameras: 'Cameras',
  camerasMeaning: 'Names of the pictures that it has room for, in their order.',
} as const;

/** Words of policies that a person brings. */
export const words = inLanguage(english, () => import('./words_policy_zh'));
