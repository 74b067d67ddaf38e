import type { RobotForm } from '../../adapter/adapter';
import type { Base } from '../../base/base';
import { chunkBatch, type FramePlace } from '../../recording/chunks';
import type { Recording } from '../../recording/recording';
import type { TextTokenizer } from '../../tokens/tokenizer';
import type { ActionsBatch, Observations } from './batch';
import { type ActionsData, actionsFormOf, frameOffsets, pi0Of } from './data';

/** What observations are made of. */
export interface ObserveParts {
  readonly data: ActionsData;
  /** Its recording, with the state of `form`. */
  readonly seen: Recording;
  readonly form: RobotForm;
  readonly base: Base;
  readonly tokenizer: TextTokenizer;
}

export type Seen = Observations & Pick<ActionsBatch, 'samples'>;

/**
 * Token ids of a prompt as openpi writes it: <bos>, the text, a line break; cut off at `length`.
 * @returns ids and mask, both padded to `length`, and whether words were cut off
 */
export function promptTokens(tokenizer: TextTokenizer, text: string, length: number) {
  const { opening, pad } = tokenizer.control;
  const cleaned = text.trim().replace(/[_\n]/g, ' ');
  const ids = [...opening, ...tokenizer.encode(cleaned), ...tokenizer.encode('\n', 'text')];
  const row = Array.from({ length }, (_, n) => ids[n] ?? pad);
  return { ids: row, mask: row.map((_, n) => (n < ids.length ? 1 : 0)), truncated: ids.length > length };
}

/** Positions of a whole batch: the last is repeated to make it B. */
export const filled = (places: readonly FramePlace[], B: number): FramePlace[] =>
  Array.from({ length: B }, (_, b) => places[b] ?? places.at(-1)!);

/**
 * What the cameras saw and what was asked for. Without cameras, frames of one task have the same prefix.
 * @param B samples of a batch; fewer places are filled up with the last
 */
export function observer({ data, base, tokenizer }: ObserveParts, B: number): (places: readonly FramePlace[]) => Seen {
  const { recording, cameras, pictureOf } = data;
  const { promptLength } = actionsFormOf(base);
  const pixels = pi0Of(base).img.imageSize ** 2 * 3;
  const offsets = frameOffsets(recording);
  const prompts = recording.tasks.map((text) => promptTokens(tokenizer, text, promptLength));
  const nothing = promptTokens(tokenizer, '', promptLength);
  return (some) => {
    const places = filled(some, B);
    const frames = places.map(({ episode, frame }) => offsets[episode]! + frame);
    const tasks = places.map(({ episode, frame }) => recording.episodes[episode]?.task[frame] ?? 0);
    const pictures = frames.flatMap((frame) => cameras.map((camera) => ({ camera, at: pictureOf[frame]! })));
    return {
      samples: cameras.length > 0 ? frames : tasks,
      get images() {
        const images = new Float32Array(pictures.length * pixels);
        for (const [n, { camera, at }] of pictures.entries()) {
          for (let i = 0; i < pixels; i++) images[n * pixels + i] = camera.rgb[at * pixels + i]! / 127.5 - 1;
        }
        return images;
      },
      imageMask: pictures.map(({ camera, at }) => camera.mask[at] ?? 0),
      promptTokens: tasks.flatMap((task) => (prompts[task] ?? nothing).ids),
      promptMask: tasks.flatMap((task) => (prompts[task] ?? nothing).mask),
    };
  };
}

/** The same with the robot's state, normalised: what a policy acts on. */
export function policyInputs(parts: ObserveParts, B: number) {
  const observe = observer(parts, B);
  const width = pi0Of(parts.base).actionDim;
  const sampleForm = { ...parts.form, width, maskTail: false, maskPadding: false };
  return (places: readonly FramePlace[]): Observations & { readonly state: Float32Array<ArrayBuffer> } => ({
    ...observe(places),
    state: chunkBatch(parts.seen, filled(places, B), sampleForm).state,
  });
}
