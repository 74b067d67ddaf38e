/** train_config.py: openpi's TrainConfig with which its own training goes on from an adapter of a policy. */
import { print } from '../filter/print';
import { openpiConfig, pi0Config } from '../model/config';
import type { PolicySource } from '../policy/source';
import type { Recording } from '../recording/recording';
import { optimizerOf } from '../settings/optimizer';
import type { Adapter } from './adapter';
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
  const places = robot.places ?? PLACES;
  const pictures = robot.cameras.map((camera, n) => `    ${quoted(places[n]!)}: ${quoted(camera)},\n`).join('');
  return `"""openpi's configuration with which training goes on from this folder. start.py starts it, README.md says more."""

import dataclasses
import pathlib

import numpy as np
from flax import nnx, traverse_util
from openpi import transforms
from openpi.models import pi0_config
from openpi.shared.nnx_utils import PathRegex
from openpi.training import config as configs, optimizer, weight_loaders
from safetensors.flax import load_file

All, Any, Not, PathContains = nnx.All, nnx.Any, nnx.Not, nnx.PathContains
Everything, Nothing = nnx.Everything(), nnx.Nothing()

HERE = pathlib.Path(__file__).resolve().parent
STATE, ACTION = ${quoted(info.stateColumn)}, ${quoted(info.actionColumn)}
# By their places in the policy, in its order; the others stay empty.
CAMERAS = {
${pictures}}
# Joints that are learned as differences from the state.
DELTA = [${robot.delta.map(truth).join(', ')}]

${DATA}

${LOADER}

${SCHEDULE}

${configText(adapter, source, onward, CHECKPOINTS[policy.kind])}`;
}

const DATA = `def picture(image):
    """As LeRobot gives it, float (3, H, W) from 0 to 1, or as a robot does, uint8 (H, W, 3)."""
    image = np.asarray(image)
    if np.issubdtype(image.dtype, np.floating):
        image = (255 * image).astype(np.uint8)
    return np.moveaxis(image, 0, -1) if image.shape[0] == 3 else image


@dataclasses.dataclass(frozen=True)
class RobotInputs(transforms.DataTransformFn):
    def __call__(self, data):
        images = {place: picture(data["images"][place]) for place in CAMERAS}
        empty = np.zeros((224, 224, 3), np.uint8)
        places = ${JSON.stringify(PLACES)}
        inputs = {
            "state": np.asarray(data["state"]),
            "image": {place: images.get(place, empty) for place in places},
            "image_mask": {place: np.bool_(place in images) for place in places},
        }
        return inputs | {key: data[key] for key in ("actions", "prompt") if key in data}


@dataclasses.dataclass(frozen=True)
class RobotOutputs(transforms.DataTransformFn):
    def __call__(self, data):
        return {"actions": np.asarray(data["actions"][..., : len(DELTA)])}


@dataclasses.dataclass(frozen=True)
class RobotData(configs.DataConfigFactory):
    use_quantile_norm: bool = False

    def create(self, assets_dirs, model_config):
        keys = {"images": dict(CAMERAS), "state": STATE, "actions": ACTION, "prompt": "prompt"}
        return dataclasses.replace(
            self.create_base_config(assets_dirs, model_config),
            repack_transforms=transforms.Group(inputs=[transforms.RepackTransform(keys)]),
            data_transforms=transforms.Group(
                inputs=[RobotInputs(), transforms.DeltaActions(DELTA)],
                outputs=[transforms.AbsoluteActions(DELTA), RobotOutputs()],
            ),
            model_transforms=configs.ModelTransformFactory()(model_config),
            action_sequence_keys=(ACTION,),
            prompt_from_task=True,
            use_quantile_norm=self.use_quantile_norm,
        )`;

const LOADER = `@dataclasses.dataclass(frozen=True)
class OnAdapter(weight_loaders.WeightLoader):
    """The checkpoint with the adapter merged into it, and new LoRA that changes nothing yet."""

    params_path: str
    leaves_path: str

    def load(self, params):
        loaded = weight_loaders.CheckpointWeightLoader(self.params_path).load(params)
        flat = traverse_util.flatten_dict(loaded, sep="/")
        for path, value in load_file(self.leaves_path).items():
            flat[path] = np.asarray(value).astype(flat[path].dtype)
        for path, leaf in flat.items():
            if path.endswith("lora_b"):
                flat[path] = np.zeros(leaf.shape, leaf.dtype)
        return traverse_util.unflatten_dict(flat, sep="/")`;

const SCHEDULE = `@dataclasses.dataclass(frozen=True)
class GoingOn(optimizer.CosineDecaySchedule):
    """The schedule of the run, from the step at which the adapter stands."""

    first_step: int = 0

    def create(self):
        whole = super().create()
        return lambda step: whole(step + self.first_step)`;

function configText(
  { modelConfig, robot }: Adapter,
  { promptLength }: Pick<PolicySource, 'promptLength'>,
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
    data=RobotData(
        assets=configs.AssetsConfig(assets_dir=str(HERE / "assets"), asset_id="robot"),
        use_quantile_norm=${truth(robot!.normalization === 'quantile')},
    ),
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
