/** train_config.py: openpi's TrainConfig with which its own training goes on from an adapter of a policy. */
import { print } from '../filter/print';
import { openpiConfig, pi0Config } from '../model/config';
import type { PolicySource } from '../policy/source';
import type { Recording } from '../recording/recording';
import { optimizerOf } from '../settings/optimizer';
import type { Adapter, RobotForm } from './adapter';
import { policyOf } from './policy_origin';
import type { Onward } from './server_run';

/** Places of pictures in π0, in its order. */
const PLACES = ['base_0_rgb', 'left_wrist_0_rgb', 'right_wrist_0_rgb'];

/** What openpi publishes to begin from. */
const CHECKPOINTS = {
  π0: 'gs://openpi-assets/checkpoints/pi0_base/params',
  'π0.5': 'gs://openpi-assets/checkpoints/pi05_base/params',
} as const;

const quoted = (text: string) => JSON.stringify(text);
const truth = (value: boolean | undefined) => (value ? 'True' : 'False');

/** The file's text. @param onward of the adapter */
export function trainConfigText(
  adapter: Adapter,
  source: Pick<PolicySource, 'promptLength'>,
  { info }: Pick<Recording, 'info'>,
  onward: Onward,
): string {
  const { policy, robot } = policyOf(adapter);
  return `"""openpi's configuration with which training goes on from this folder. start.py starts it, README.md says more."""

import pathlib

from flax import nnx
from openpi.models import pi0_config
from openpi.shared.nnx_utils import PathRegex
from openpi.training import config as configs, optimizer
from parts import GoingOn, OnAdapter, RobotData

All, Any, Not, PathContains = nnx.All, nnx.Any, nnx.Not, nnx.PathContains
Everything, Nothing = nnx.Everything(), nnx.Nothing()

HERE = pathlib.Path(__file__).resolve().parent

${configText(adapter, source, dataText(robot, info), onward, CHECKPOINTS[policy.kind])}`;
}

/** How openpi reads the recording. */
function dataText({ places = PLACES, cameras, delta, normalization }: RobotForm, info: Recording['info']): string {
  const pictures = cameras.map((camera, n) => `${quoted(places[n]!)}: ${quoted(camera)}`);
  return `RobotData(
        state=${quoted(info.stateColumn)},
        action=${quoted(info.actionColumn)},
        cameras={${pictures.join(', ')}},
        delta=(${delta.map((one) => `${truth(one)},`).join(' ')}),
        use_quantile_norm=${truth(normalization === 'quantile')},
        assets=configs.AssetsConfig(assets_dir=str(HERE / "assets"), asset_id="robot"),
    )`;
}

function configText(
  { modelConfig, robot }: Adapter,
  { promptLength }: Pick<PolicySource, 'promptLength'>,
  data: string,
  onward: Onward,
  checkpoint: string,
): string {
  const { settings, stage, from, steps } = onward;
  const config = openpiConfig(modelConfig);
  const { pi05, actionDim } = pi0Config(config);
  const [backbone, expert] = config.experts.map(({ lora }) => (lora ? '_lora' : ''));
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = optimizerOf(settings);
  return `config = configs.TrainConfig(
    name="adaptab",
    model=pi0_config.Pi0Config(
        pi05=${truth(pi05)},
        paligemma_variant="gemma_2b${backbone}",
        action_expert_variant="gemma_300m${expert}",
        action_dim=${actionDim},
        action_horizon=${robot!.horizon},
        max_token_len=${promptLength},
    ),
    freeze_filter=${print(onward.filter)},
    weight_loader=OnAdapter(
        params_path=${quoted(checkpoint)},
        leaves_path=str(HERE / "merged_leaves.safetensors"),
    ),
    data=${data},
    lr_schedule=GoingOn(
        warmup_steps=${stage.warmupSteps},
        peak_lr=${stage.learningRate},
        decay_steps=${stage.steps},
        decay_lr=${stage.endLearningRate},
        first_step=${from - stage.first},
    ),
    optimizer=optimizer.AdamW(
        b1=${beta1}, b2=${beta2}, eps=${epsilon}, weight_decay=${weightDecay}, clip_gradient_norm=${clipNorm}
    ),
    ema_decay=None,
    seed=${settings.seed},
    batch_size=${settings.batchSize * settings.accumulation},
    num_train_steps=${steps},
)
`;
}
