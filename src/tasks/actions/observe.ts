import type { RobotForm } from '../../adapter/adapter';
import type { Base } from '../../base/base';
import { chunkBatch, type FramePlace, framesOf, normalizedState } from '../../recording/chunks';
import type { Recording } from '../../recording/recording';
import type { TextTokenizer } from '../../tokens/tokenizer';
import type { Seen } from './batch';
import { type ActionsData, actionsFormOf, isPrefixOfFrame, pi0Of, sampleNumbers } from './data';
import { heldSight, type Sight } from './sight';

/** What observations are made of. */
export interface ObserveParts {
  readonly data: ActionsData;
  /** Its recording, with the state of `form`. */
  readonly seen: Recording;
  readonly form: RobotForm;
  readonly base: Base;
  readonly tokenizer: TextTokenizer;
  /** What the cameras of the data saw; absent: the data have it. */
  readonly sight?: Sight;
}

/**
 * Token ids of a prompt as openpi writes it: <bos>, the text, a line break; or <bos>, the task, the state in numbers, and "Action: ".
 * Cut off at `length`.
 * @param state (S), normalised; not padded: openpi pads a state after it has been written
 * @returns ids and mask, both padded to `length`, and whether its end was cut off
 */
export function promptTokens(tokenizer: TextTokenizer, text: string, length: number, state?: ArrayLike<number>) {
  const { opening, pad } = tokenizer.control;
  const cleaned = text.trim().replace(/[_\n]/g, ' ');
  const told = state
    ? tokenizer.encode(`Task: ${cleaned}, State: ${stateBins(state).join(' ')};\nAction: `)
    : [...tokenizer.encode(cleaned), ...tokenizer.encode('\n', 'text')];
  const ids = [...opening, ...told];
  const row = Array.from({ length }, (_, n) => ids[n] ?? pad);
  return { ids: row, mask: row.map((_, n) => (n < ids.length ? 1 : 0)), truncated: ids.length > length };
}

/**
 * Of each number its bin, of 256 that share −1 … 1. What lies below is −1, what lies above 255, and so is NaN: as
 * numpy.digitize has it, less 1.
 */
export const stateBins = (state: ArrayLike<number>): number[] =>
  Array.from(state, (x) => (Number.isNaN(x) ? 255 : Math.min(255, Math.max(-1, Math.floor(x * 128) + 128))));

type Prompt = ReturnType<typeof promptTokens>;

/** The prompt of each frame: that of its task, or one of its own where it tells the state. */
function prompter({ data, seen, form, base, tokenizer }: ObserveParts): (place: FramePlace) => Prompt {
  const { promptLength, stateInPrompt } = actionsFormOf(base);
  const { tasks, episodes } = data.recording;
  const write = (text: string, state?: ArrayLike<number>) => promptTokens(tokenizer, text, promptLength, state);
  const taskOf = ({ episode, frame }: FramePlace) => episodes[episode]?.task[frame] ?? 0;
  if (stateInPrompt) {
    return (place) =>
      write(tasks[taskOf(place)] ?? '', normalizedState(seen.episodes[place.episode]!, place.frame, form));
  }
  const prompts = tasks.map((text) => write(text));
  const nothing = write('');
  return (place) => prompts[taskOf(place)] ?? nothing;
}

/** Texts of the tasks whose prompt loses its end, at least at the frame where it is longest. */
export function cutPrompts(parts: ObserveParts): string[] {
  const { tasks } = parts.data.recording;
  const promptOf = prompter(parts);
  return [...longestPrompts(parts)].flatMap(([task, place]) => (promptOf(place).truncated ? [tasks[task] ?? ''] : []));
}

/** Of each task the frame whose prompt is longest; the first one, where none tells the state. */
function longestPrompts({ seen, form, base }: ObserveParts): Map<number, FramePlace> {
  const { stateInPrompt } = actionsFormOf(base);
  const longest = new Map<number, FramePlace & { readonly written: number }>();
  for (const place of framesOf(seen, [...seen.episodes.keys()])) {
    const episode = seen.episodes[place.episode]!;
    const task = episode.task[place.frame]!;
    const known = longest.get(task);
    if (known && !stateInPrompt) continue;
    const written = stateBins(normalizedState(episode, place.frame, form)).join(' ').length;
    if (!known || written > known.written) longest.set(task, { ...place, written });
  }
  return longest;
}

/** Positions of a whole batch: the last is repeated to make it B. */
export const filled = (places: readonly FramePlace[], B: number): FramePlace[] =>
  Array.from({ length: B }, (_, b) => places[b] ?? places.at(-1)!);

/**
 * What the cameras saw and what was asked for. Without cameras, frames of one task have the same prefix, but where the prompt tells
 * the state.
 * @param B samples of a batch; fewer places are filled up with the last
 */
export function observer(parts: ObserveParts, B: number): (places: readonly FramePlace[]) => Seen {
  const { data, base } = parts;
  const { recording, cameras, pictureOf } = data;
  const sight = parts.sight ?? heldSight(cameras, (frame) => pictureOf[frame]!);
  const pixels = pi0Of(base).img.imageSize ** 2 * 3;
  const frameOf = sampleNumbers(recording, true);
  const sampleOf = sampleNumbers(recording, isPrefixOfFrame(actionsFormOf(base), cameras.length));
  const promptOf = prompter(parts);
  return (some) => {
    const places = filled(some, B);
    const frames = places.map(frameOf);
    const prompts = places.map(promptOf);
    const pictures = frames.flatMap((frame) => cameras.map((_, camera) => ({ camera, frame })));
    return {
      samples: places.map(sampleOf),
      get images() {
        const images = new Float32Array(pictures.length * pixels);
        for (const [n, { camera, frame }] of pictures.entries()) {
          const rgb = sight.rgb(camera, frame);
          for (let i = 0; i < pixels; i++) images[n * pixels + i] = rgb[i]! / 127.5 - 1;
        }
        return images;
      },
      get imageMask() {
        return pictures.map(({ camera, frame }) => (sight.has(camera, frame) ? 1 : 0));
      },
      promptTokens: prompts.flatMap(({ ids }) => ids),
      promptMask: prompts.flatMap(({ mask }) => mask),
    };
  };
}

/** The same with the robot's state, normalised: what a policy acts on. */
export function policyInputs(parts: ObserveParts, B: number) {
  const observe = observer(parts, B);
  const width = pi0Of(parts.base).actionDim;
  const sampleForm = { ...parts.form, width, maskTail: false, maskPadding: false };
  return (places: readonly FramePlace[]) =>
    seenWith(observe(places), { state: chunkBatch(parts.seen, filled(places, B), sampleForm).state });
}

/** With more beside it. Images are made when somebody asks, for they may be asked for once, or be gone. */
export const seenWith = <T extends object>(seen: Seen, more: T): Seen & T => ({
  samples: seen.samples,
  get images() {
    return seen.images;
  },
  get imageMask() {
    return seen.imageMask;
  },
  promptTokens: seen.promptTokens,
  promptMask: seen.promptMask,
  ...more,
});
