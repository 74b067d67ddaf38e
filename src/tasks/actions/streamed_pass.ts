import type { Base } from '../../base/base';
import type { GpuFacts } from '../../gpu/facts';
import type { Call } from '../../gpu/kernel';
import { openpiConfig, pi0Config } from '../../model/config';
import type { PrefixStoreKey } from '../../prefixes/index_file';
import { configOfRun } from '../../run/prepare';
import type { ActionsSettings } from '../../settings/actions';
import type { TextTokenizer } from '../../tokens/tokenizer';
import { robotForm } from './batches';
import {
  actionsFormOf,
  chosenCameras,
  isPrefixOfFrame,
  isStreamed,
  measuredPlaces,
  type OpenedRecording,
  prefixFrames,
  roomOf,
  sampleNumbers,
  withoutPictures,
} from './data';
import { trainedPlaces } from './places';
import type { RecordedPrefixPass } from './prefix_pass';
import { type ModelFacts, precisionOf, recordPass } from './prepare';
import { framesKeyOf } from './streaming';

/** What goes before the steps of a run whose model is read layer by layer, before there is such a run. */
export interface StreamedPass {
  /** Programs of one frame. */
  readonly calls: readonly Call[];
  /** What is kept of one frame, bytes. */
  readonly recordBytes: number;
  /** Null where no recording is open. */
  readonly frames: RunFrames | null;
}

/** The frames that go through. */
export interface RunFrames {
  /** Whether each frame goes through, or one of each task. */
  readonly ofFrame: boolean;
  /** How many are learned from. */
  readonly training: number;
  /** How many it is measured by. */
  readonly heldout: number;
  /** Of all of them the numbers by which a store knows them. */
  readonly samples: readonly number[];
  /** What their store depends on beside the weights; takes a moment. @throws ProblemError for joints or cameras that are not there */
  key(tokenizer: TextTokenizer): Omit<PrefixStoreKey, 'weights'>;
  /** The most frames to learn from with which so many go through at most; null where all of them do, or one is too many. */
  atMost(count: number): (Pick<RunFrames, 'samples'> & { readonly frames: number }) | null;
}

/**
 * Null where nothing is streamed.
 * @param facts of the data
 * @throws ProblemError where the base does not have all that the pass reads
 */
export function streamedPass(
  opened: OpenedRecording | null,
  base: Base,
  settings: ActionsSettings,
  facts: ModelFacts,
  gpu: GpuFacts,
): StreamedPass | null {
  const form = actionsFormOf(base);
  if (!isStreamed(form, settings)) return null;
  const config = openpiConfig(configOfRun(base.config, settings));
  const pass = recordPass(config, { precision: precisionOf(form), ...facts }, gpu);
  return {
    calls: pass.layers.flatMap(({ calls }) => calls),
    recordBytes: pi0Config(config).backbone.depth * pass.layerBytes,
    frames: opened && framesOf(opened, base, settings, pass),
  };
}

function framesOf(opened: OpenedRecording, base: Base, settings: ActionsSettings, pass: RecordedPrefixPass): RunFrames {
  const { recording, split } = opened;
  const form = actionsFormOf(base);
  const cameras = chosenCameras(recording, form, settings);
  const ofFrame = isPrefixOfFrame(form, cameras.length);
  const samplesOf = (own: ActionsSettings) =>
    prefixFrames(opened, own, form, cameras.length).map(sampleNumbers(recording, ofFrame));
  const samples = samplesOf(settings);
  const heldout = ofFrame ? measuredPlaces(opened, settings).length : 0;
  const training = ofFrame ? trainedPlaces(recording, split, settings).length : samples.length;
  return {
    ofFrame,
    training,
    heldout,
    samples,
    key(tokenizer) {
      const data = withoutPictures(opened, cameras);
      const robot = form.stateInPrompt ? { form: robotForm(data, settings, roomOf(base)).form } : {}; // takes a moment more
      return framesKeyOf({ data, base, tokenizer, ...robot }, pass);
    },
    atMost(count) {
      if (!ofFrame || samples.length <= count) return null;
      const fits = (frames: number) => frames + measuredPlaces(opened, { ...settings, frames }).length <= count;
      const frames = most(training, fits);
      return frames > 0 ? { frames, samples: samplesOf({ ...settings, frames }) } : null;
    },
  };
}

/** The largest whole number up to `top` of which something holds that holds of all smaller ones; 0 where it holds of none. */
function most(top: number, holds: (number: number) => boolean): number {
  let [holding, failing] = [0, top + 1];
  while (failing - holding > 1) {
    const middle = Math.floor((holding + failing) / 2);
    if (holds(middle)) holding = middle;
    else failing = middle;
  }
  return holding;
}
