"""What train_config.py is made of: how openpi reads the recording, and what it begins with."""

import dataclasses

import numpy as np
import tyro
from flax import traverse_util
from openpi import transforms
from openpi.training import config, optimizer, weight_loaders
from safetensors.flax import load_file

PLACES = ('base_0_rgb', 'left_wrist_0_rgb', 'right_wrist_0_rgb')


def picture(image):
    """As LeRobot gives it, float (3, H, W) from 0 to 1, or as a robot does, uint8 (H, W, 3)."""
    image = np.asarray(image)
    if np.issubdtype(image.dtype, np.floating):
        image = (255 * image).astype(np.uint8)
    return np.moveaxis(image, 0, -1) if image.shape[0] == 3 else image


@dataclasses.dataclass(frozen=True)
class RobotInputs(transforms.DataTransformFn):
    """Places without a camera stay empty, and nothing looks at them."""

    cameras: dict[str, str]

    def __call__(self, data):
        images = {place: picture(data['images'][place]) for place in self.cameras}
        empty = np.zeros((224, 224, 3), np.uint8)
        inputs = {
            'state': np.asarray(data['state']),
            'image': {place: images.get(place, empty) for place in PLACES},
            'image_mask': {place: np.bool_(place in images) for place in PLACES},
        }
        return inputs | {key: data[key] for key in ('actions', 'prompt') if key in data}


@dataclasses.dataclass(frozen=True)
class RobotOutputs(transforms.DataTransformFn):
    joints: int

    def __call__(self, data):
        return {'actions': np.asarray(data['actions'][..., : self.joints])}


@dataclasses.dataclass(frozen=True)
class RobotData(config.DataConfigFactory):
    """A LeRobot recording of the robot."""

    # Columns of the recording.
    state: str = 'observation.state'
    action: str = 'action'
    # The recording's cameras, by their places in the policy.
    cameras: tyro.conf.Suppress[dict[str, str]] = dataclasses.field(default_factory=dict)
    # Which joints are learned as differences from the state.
    delta: tyro.conf.Suppress[tuple[bool, ...]] = ()
    use_quantile_norm: bool = False

    def create(self, assets_dirs, model_config):
        pictures = {'images': dict(self.cameras)} if self.cameras else {}
        keys = {'state': self.state, 'actions': self.action, 'prompt': 'prompt', **pictures}
        return dataclasses.replace(
            self.create_base_config(assets_dirs, model_config),
            repack_transforms=transforms.Group(inputs=[transforms.RepackTransform(keys)]),
            data_transforms=transforms.Group(
                inputs=[RobotInputs(self.cameras), transforms.DeltaActions(self.delta)],
                outputs=[transforms.AbsoluteActions(self.delta), RobotOutputs(len(self.delta))],
            ),
            model_transforms=config.ModelTransformFactory()(model_config),
            action_sequence_keys=(self.action,),
            prompt_from_task=True,
            use_quantile_norm=self.use_quantile_norm,
        )


@dataclasses.dataclass(frozen=True)
class OnAdapter(weight_loaders.WeightLoader):
    """The checkpoint with the adapter merged into it, and new LoRA that changes nothing yet."""

    params_path: str
    leaves_path: str

    def load(self, params):
        loaded = weight_loaders.CheckpointWeightLoader(self.params_path).load(params)
        flat = traverse_util.flatten_dict(loaded, sep='/')
        for path, value in load_file(self.leaves_path).items():
            flat[path] = np.asarray(value).astype(flat[path].dtype)
        for path, leaf in flat.items():
            if path.endswith('lora_b'):
                flat[path] = np.zeros(leaf.shape, leaf.dtype)
        return traverse_util.unflatten_dict(flat, sep='/')


@dataclasses.dataclass(frozen=True)
class GoingOn(optimizer.CosineDecaySchedule):
    """The schedule of the run, from the step at which the adapter stands."""

    first_step: int = 0

    def create(self):
        whole = super().create()
        return lambda step: whole(step + self.first_step)
