/** The folders in which an adapter of a policy leaves: for PEFT on LeRobot, its leaves merged, and the whole checkpoint with it. */
import { nameOf, type StreamedFile } from '../containers/stored_file';
import type { Naming } from '../policy/naming';
import type { PolicySource } from '../policy/source';
import type { Adapter } from './adapter';
import { type Files, lerobotFiles } from './lerobot_files';
import { inMemory } from './packed';
import { ACTIONS_TARGET } from './peft';
import { refuseOtherExperts, scalesText, weightFiles } from './peft_zip';
import { hubNameOf, policyMetadata, policyTexts, roundedTo } from './policy_card';
import { leafChanges, mergedLeaves } from './policy_merge';
import { checkPolicy, policyOf } from './policy_origin';
import { FORMS, UNROUNDED, useOfCheckpoint, useOfOpenpiLeaves, useOfPeft, useOfTorchLeaves } from './policy_use';

/**
 * The folder that PEFT loads on LeRobot's policy, with the policy's configuration and processors.
 * @throws ProblemError where the policy is another one than the adapter was trained on, or PEFT cannot hold the adapter
 */
export function policyPeftFiles(adapter: Adapter, source: PolicySource): Files {
  checkPolicy(adapter, source);
  refuseOtherExperts(adapter, ACTIONS_TARGET);
  const { policy, robot } = policyOf(adapter);
  const { files, scales } = weightFiles(adapter, ACTIONS_TARGET, {
    base: hubNameOf(policy),
    metadata: policyMetadata(adapter, FORMS.peft.load, UNROUNDED),
  });
  return {
    ...files,
    ...lerobotFiles(adapter, robot, source, { use_peft: true }),
    ...policyTexts(adapter, {
      ...FORMS.peft,
      use: `${useOfPeft(policy)}\n\n${scalesText(scales)}`,
      precision: UNROUNDED,
    }),
  };
}

/** In openpi's paths, or in PyTorch's names: those of the checkpoint, or LeRobot's where it has openpi's. */
export type LeafNames = 'openpi' | 'torch';

/**
 * The leaves that the adapter changes, merged, to be laid over the checkpoint.
 * @throws ProblemError as policyPeftFiles does for another policy
 */
export function policyLeafFiles(adapter: Adapter, source: PolicySource, names: LeafNames): StreamedFile[] {
  checkPolicy(adapter, source);
  const { policy, robot } = policyOf(adapter);
  const inTorch: Naming = source.naming === 'openpi' ? 'LeRobot' : source.naming;
  const naming = names === 'openpi' ? names : inTorch;
  const path = 'merged_leaves.safetensors';
  const precision = roundedTo([...leafChanges(adapter).keys()].map((leaf) => source.storedAs(leaf)));
  const texts = policyTexts(adapter, {
    ...FORMS[names],
    use: names === 'openpi' ? useOfOpenpiLeaves([path]) : useOfTorchLeaves({ ...policy, naming }, path),
    precision,
  });
  const metadata = policyMetadata(adapter, FORMS[names].load, precision);
  const beside = names === 'torch' ? lerobotFiles(adapter, robot, source) : {};
  return [mergedLeaves(adapter, source, naming, { path, metadata }), ...inMemory({ ...beside, ...texts })];
}

/**
 * The checkpoint with the adapter in its weights, in the form in which it was opened.
 * @throws ProblemError as policyPeftFiles does for another policy
 */
export function policyCheckpointFiles(adapter: Adapter, source: PolicySource): StreamedFile[] {
  checkPolicy(adapter, source);
  const { policy, robot } = policyOf(adapter);
  const changes = leafChanges(adapter);
  const precision = roundedTo([...changes.keys()].map((leaf) => source.storedAs(leaf)));
  const isOpenpi = source.naming === 'openpi';
  const weights = source.files.map(({ path }) => nameOf(path));
  const ours: Files = {
    ...(isOpenpi ? {} : lerobotFiles(adapter, robot, source)),
    ...policyTexts(adapter, {
      ...FORMS.checkpoint,
      library: isOpenpi ? 'openpi' : 'lerobot',
      use: isOpenpi ? useOfOpenpiLeaves(weights) : useOfCheckpoint(policy),
      precision,
    }),
  };
  const copied = source
    .copy(changes, policyMetadata(adapter, FORMS.checkpoint.load, precision))
    .map((file) => (file.path in ours ? { ...file, path: `base.${file.path}` } : file));
  return [...copied, ...inMemory(ours)];
}
