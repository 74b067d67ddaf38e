import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * A dataset and a run as small as they can be and still learn: the GPU of the tests may be software.
 */
const things = ['lamp', 'boat', 'door', 'tree', 'coat', 'ring', 'book', 'hill', 'bell', 'road'];
const colours = ['red', 'blue', 'green', 'white'];
const examples = colours.flatMap((colour) =>
  things.map((thing) => ({ prompt: `The ${thing}?`, completion: `The ${thing} is ${colour}, sir.` })),
);

/** 40 pairs of prompt and completion; an adapter is named after the file. */
export const colourFile = {
  name: 'colours.jsonl',
  text: examples.map((example) => JSON.stringify(example)).join('\n'),
};

/** Writes the dataset into `folder`; answers with its path. */
export function writeColours(folder: string): string {
  const path = join(folder, colourFile.name);
  writeFileSync(path, colourFile.text);
  return path;
}

/** Fields of the Train panel for a short run. */
export const shortRun = { Steps: 16, Batch: 1, Window: 32, 'Warm-up': 2, 'Evaluate every': 8, 'Save every': 8 };

/** The same run as flags of `npm run train`. */
export const shortRunFlags = '--steps 16 --batch 1 --length 32 --warmup 2 --evaluate-every 8'.split(' ');
