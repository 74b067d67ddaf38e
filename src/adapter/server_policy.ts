/** A folder with which openpi's own training goes on from an adapter of a policy, on the recording that the person has. */
import type { StreamedFile } from '../containers/stored_file';
import type { PolicySource } from '../policy/source';
import { problem } from '../problem';
import type { Recording } from '../recording/recording';
import type { Adapter } from './adapter';
import { textFile } from './card_rows';
import { codeInCell, markdownText } from './card_text';
import { checkData, hashOfMotion } from './data_hash';
import { codeBlock } from './hub_card';
import { trainConfigText } from './openpi_config';
import { inMemory } from './packed';
import { policyMetadata, policyTexts, roundedTo } from './policy_card';
import { leafChanges, mergedLeaves } from './policy_merge';
import { checkPolicy, policyOf } from './policy_origin';
import { FORMS } from './policy_use';
import parts from './server/parts.py?raw';
import start from './server/start.py?raw';
import { type Onward, onwardOf } from './server_run';

const LEAVES = 'merged_leaves.safetensors';

/**
 * The folder's files. The recording itself is not among them: it is gigabytes of video, and lies where the person has it.
 * @throws ProblemError where policy or recording are others than those of the run, or openpi cannot read the recording as the run did
 */
export function policyServerFiles(adapter: Adapter, source: PolicySource, recording: Recording): StreamedFile[] {
  const onward = onwardOf(adapter);
  checkPolicy(adapter, source);
  const hash = hashOfMotion(recording);
  checkData(adapter, hash);
  refuseOtherRecording(adapter, recording);
  const precision = roundedTo([...leafChanges(adapter).keys()].map((leaf) => source.storedAs(leaf)));
  const { 'norm_stats.json': stats, ...texts } = policyTexts(adapter, {
    library: 'openpi',
    what: FORMS.openpi.what,
    use: use(adapter, recording, onward, hash),
    precision,
  });
  const metadata = policyMetadata(adapter, FORMS.openpi.load, precision);
  const files = inMemory({
    ...texts,
    'assets/robot/norm_stats.json': stats!,
    'train_config.py': textFile(trainConfigText(adapter, source, recording, onward)),
    'parts.py': textFile(parts),
    'start.py': textFile(start),
  });
  return [mergedLeaves(adapter, source, 'openpi', { path: LEAVES, metadata }), ...files];
}

/** @throws ProblemError where openpi would read other numbers of the recording than the run did */
function refuseOtherRecording(adapter: Adapter, { info, joints = [], episodes }: Recording): void {
  const { robot } = policyOf(adapter);
  const { name } = adapter.summary;
  if (robot.state !== 'measured')
    throw problem(
      'In openpi the state is the joints as measured, and this adapter learned from the last action.',
      name,
      'Choose the measured state.',
    );
  const isWhole =
    info.layout.startsWith('LeRobot') &&
    joints.every(({ chosen }) => chosen) &&
    episodes.every(({ source }) => source === undefined) &&
    ![info.stateColumn, info.actionColumn].some((column) => column.includes(', '));
  if (!isWhole)
    throw problem(
      'openpi reads one LeRobot recording, one column of state and one of action with all of its joints, and the run had it otherwise.',
      name,
      'Convert the recording so that it holds what the run learned, and train on that.',
    );
}

function use(adapter: Adapter, recording: Recording, { settings, stage, from, steps, stages }: Onward, hash: string) {
  const { policy } = policyOf(adapter);
  const { info, episodes, fps } = recording;
  const frames = episodes.reduce((sum, { length }) => sum + length, 0);
  const isMasked = 'maskTail' in settings && (settings.maskTail || settings.maskPadding);
  return `## Go on training it with openpi

Type in openpi's own folder, on a machine that it is installed on:

${codeBlock(
  'sh',
  `export HF_LEROBOT_HOME=/folder/that/holds/the/recording
uv run python path/to/this/folder/start.py adaptab --exp-name my_run --data.repo-id NAME_OF_THE_RECORDING`,
)}

start.py adds train_config.py of this folder to openpi's configurations and runs its \`scripts/train.py\`: all of its options are taken, as \`--fsdp-devices 2\`.
The weights are those of the checkpoint with ${LEAVES} laid over it. \`params_path\` in train_config.py is openpi's own checkpoint of ${policy.kind}: where
"${markdownText(policy.name)}" was made of another, name that, here or by \`--weight-loader.params-path\`.

The recording is not in this folder, for it is mostly video, which would be copied for nothing. It is yours, and was open when this folder was made${adapter.dataHash ? ': it is that of the run' : '; the adapter does not tell which its run had'}.

| | |
| --- | --- |
| Layout | ${codeInCell(info.layout)}, robot ${codeInCell(info.robot) || 'not named'} |
| Episodes, frames, frames a second | ${episodes.length}, ${frames}, ${fps} |
| Columns of state and action | ${codeInCell(info.stateColumn)}, ${codeInCell(info.actionColumn)} |
| SHA-256 of its states, actions and tasks, as Adaptab reads them | \`${hash}\` |

openpi reads recordings by the version of LeRobot that it is installed with: convert one of another layout with LeRobot's own tools.

As in the browser: the freeze filter, AdamW and its clipping, the learning rate of each step from ${from} on, ${steps} steps${stages > 1 ? ` in stage ${stage.index + 1} of ${stages}` : ''}, a batch of ${settings.batchSize * settings.accumulation}, horizon, cameras and
their places, differences, and how numbers are normalised.

Not as in the browser: LoRA is merged, and begins anew with openpi's own rank, so that at first it adds nothing; frozen leaves are rounded to bf16; AdamW's moments begin at zero; openpi
holds no episode out, varies pictures at random, and draws frames in another order.${isMasked ? ' Its loss also counts what the run left out of it: joints that the robot has not, or actions after the end of an episode.' : ''}`;
}
