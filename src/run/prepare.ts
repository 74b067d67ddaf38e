import { withLora } from '../adapter/adapter';
import { compile, type Predicate } from '../filter/evaluate';
import { read } from '../filter/parse';
import type { Variants } from '../filter/stock';
import { variantsOfPaths } from '../filter/variants';
import { type GpuFacts, NO_GPU_YET } from '../gpu/facts';
import type { WeightType } from '../gpu/tensor';
import type { AnyConfig } from '../model/config';
import { isDecoder, MODULES } from '../model/decoder_config';
import { Parameters } from '../model/parameters';
import { type Leaf, leavesOf } from '../model/tree';
import { problem } from '../problem';
import type { TrainingSettings } from '../settings/training';

/** A base's sizes with the adapters that the settings ask for: in every expert, or, of a π0, in the last alone; of a model of the hub, in all linears, or as the adapter has them that the run goes on from. */
export function configOfRun(
  base: AnyConfig,
  settings: Pick<TrainingSettings, 'loraRank' | 'loraAlpha' | 'startingFrom'> & { readonly backboneLora?: boolean },
): AnyConfig {
  const { loraRank, loraAlpha, startingFrom, backboneLora = false } = settings;
  if (isDecoder(base)) {
    const own = { rank: loraRank, alpha: loraAlpha, rootScaled: false, targets: MODULES };
    return { ...base, lora: startingFrom?.lora ?? own };
  }
  const last = base.experts.length - 1;
  return withLora(base, loraRank, loraAlpha, (expert) => backboneLora || expert === last);
}

/** What openpi would call a model with adapters where this one has them. */
export const variantsOf = (config: AnyConfig): Variants => variantsOfPaths(leavesOf(config).map(({ path }) => path));

/** The largest binding that a browser allows anywhere; some leaves at their true size need gigabytes. */
export const LARGEST_GPU: GpuFacts = { ...NO_GPU_YET, bindingBytes: 2 ** 32 - 4 };

/** What the preparation of a run may be told beside its settings. */
export interface PrepareOptions {
  /** The filter of the settings, where it has been read already. */
  readonly isFrozen?: Predicate | undefined;
  /** Of the device that will run it; a graphics card with WebGPU's default limits where there is none yet. */
  readonly gpu?: GpuFacts | undefined;
  /** Leaves that an earlier stage trained: those that this one freezes stay in float32. */
  readonly wasTrained?: ((path: string) => boolean) | undefined;
  /** How a leaf lies that is frozen; in bf16 where it is not said. */
  readonly storedAs?: ((path: string) => WeightType) | undefined;
  /** Leaves that a program beside the run's steps reads: they have to be frozen. */
  readonly elsewhere?: ((path: string) => boolean) | undefined;
}

/** A model's parameters as a run lays them out. @throws ProblemError for a text that is no filter */
export function parametersOf(
  config: AnyConfig,
  { freeze }: Pick<TrainingSettings, 'freeze'>,
  {
    isFrozen = compile(read(freeze, variantsOf(config)).expression),
    gpu = NO_GPU_YET,
    wasTrained,
    storedAs,
    elsewhere,
  }: PrepareOptions,
): Parameters {
  const leaves = leavesOf(config);
  refuseTraining(leaves, isFrozen, elsewhere);
  return new Parameters(leaves, isFrozen, {
    arenaBytes: gpu.bindingBytes,
    ...(wasTrained ? { wasTrained } : {}),
    ...(storedAs ? { storedAs } : {}),
    ...(elsewhere ? { elsewhere } : {}),
  });
}

/** @throws ProblemError where a leaf trains that is streamed */
function refuseTraining(
  leaves: readonly Leaf[],
  isFrozen: Predicate,
  elsewhere: (path: string) => boolean = () => false,
): void {
  const trains = leaves.find(({ path }) => elsewhere(path) && !isFrozen(path));
  if (!trains) return;
  throw problem(
    `${trains.path} trains, and what comes before the expert goes through the GPU once, before the first step.`,
    'freeze filter',
    'Freeze the image tower and the backbone, or choose a base that the GPU has room for.',
  );
}
