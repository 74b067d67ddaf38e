/** How other programs take what an adapter of a policy leaves as: commands for its card, in Markdown. */
import type { ModelKind } from '../leaves/row';
import { codeBlock } from './hub_card';
import { baseInPython } from './policy_card';
import type { PolicyOrigin } from './summary';

/** What each form is, and what takes it. */
export const FORMS = {
  peft: {
    library: 'peft',
    what: 'LoRA of the action expert, and the modules that trained whole beside it, for LeRobot.',
    load: 'peft: PeftModel.from_pretrained(policy, folder) on the policy of LeRobot; see README.md.',
  },
  openpi: {
    library: 'openpi',
    what: 'The leaves of the policy that training changed, with the adapter in them.',
    load: 'openpi: lay the tensors over those of the base; see README.md.',
  },
  torch: {
    library: 'lerobot',
    what: 'The tensors of the policy that training changed, with the adapter in them.',
    load: 'LeRobot, or PI0Pytorch of openpi: lay the tensors over those of the base; see README.md.',
  },
  checkpoint: {
    what: 'The whole policy, with the adapter in its weights.',
    load: 'The program that loads the base, as it loads the base; see README.md.',
  },
} as const;

/** Of factors. */
export const UNROUNDED = 'Nothing is rounded: factors are float32, as they were trained.';

const CLASSES: Readonly<Record<ModelKind, readonly [module: string, name: string]>> = {
  π0: ['lerobot.policies.pi0.modeling_pi0', 'PI0Policy'],
  'π0.5': ['lerobot.policies.pi05.modeling_pi05', 'PI05Policy'],
};

const importOf = (kind: ModelKind) => `from ${CLASSES[kind][0]} import ${CLASSES[kind][1]}`;

/** Lines of Python: the base as the folder's config.json has it, and what is done to it. */
const onBase = (policy: PolicyOrigin, imports: string, done: string) =>
  codeBlock(
    'python',
    `from lerobot.configs.policies import PreTrainedConfig
from lerobot.policies.factory import make_pre_post_processors
${importOf(policy.kind)}
${imports}

folder = "path/to/this/folder"
base = ${baseInPython(policy)}
config = PreTrainedConfig.from_pretrained(folder)
policy = ${CLASSES[policy.kind][1]}.from_pretrained(base, config=config)
${done}
preprocess, postprocess = make_pre_post_processors(config, pretrained_path=folder)`,
  );

/** The folder that PEFT loads, on LeRobot's policy. */
export const useOfPeft = (policy: PolicyOrigin) => `## Use with LeRobot

${codeBlock('sh', 'pip install "lerobot[pi,peft]"')}

${onBase(policy, 'from peft import PeftModel', 'policy = PeftModel.from_pretrained(policy, folder)')}

Commands of LeRobot that take \`--policy.path\` take this folder, once \`base_model_name_or_path\` in adapter_config.json names the base: its name
on the hub, or the path of its folder.`;

/** A whole checkpoint in PyTorch's names. */
export const useOfCheckpoint = (policy: PolicyOrigin) => `## Use with LeRobot

${codeBlock('sh', 'pip install "lerobot[pi]"')}

${codeBlock(
  'python',
  `from lerobot.policies.factory import make_pre_post_processors
${importOf(policy.kind)}

folder = "path/to/this/folder"
policy = ${CLASSES[policy.kind][1]}.from_pretrained(folder)
preprocess, postprocess = make_pre_post_processors(policy.config, pretrained_path=folder)`,
)}

Commands of LeRobot that take \`--policy.path\` take this folder. config.json is that of the base, with the robot's features and how they are
normalised; the processors have this robot's statistics.${policy.files.length > 1 ? ' LeRobot reads model.safetensors alone: join the files of weights into one before.' : ''}${policy.naming === 'openpi PyTorch' ? `\n\n${IN_OPENPI}` : ''}`;

/** LeRobot's names are not its own. */
const IN_OPENPI = `## Use with openpi

Give the folder to \`policy_config.create_trained_policy\` as the checkpoint, with norm_stats.json in \`assets/ASSET_ID/\`, where ASSET_ID is that of
the training configuration.`;

/** Leaves in PyTorch's names. @param file that has them */
export const useOfTorchLeaves = (policy: PolicyOrigin, file: string) => `## Use with LeRobot or openpi's PyTorch

Only the tensors that changed are here. Lay them over the base:

${onBase(
  policy,
  'from safetensors.torch import load_file',
  `leaves = load_file(folder + "/${file}")
missing, unexpected = policy${policy.naming === 'openpi PyTorch' ? '.model' : ''}.load_state_dict(leaves, strict=False)
assert not unexpected`,
)}

The names are those of ${policy.naming === 'openpi PyTorch' ? "openpi's PI0Pytorch: its state dictionary, or a model.safetensors of it, takes them too" : "LeRobot's policy; openpi's PI0Pytorch has the same without `model.` before them"}.`;

/** Leaves by openpi's paths. @param files that have them */
export const useOfOpenpiLeaves = (files: readonly string[]) => `## Use with openpi

The tensors have openpi's paths. Lay them over the checkpoint that the base was made of:

${codeBlock(
  'python',
  `from flax import traverse_util
from openpi.models import model as _model
from safetensors.flax import load_file

params = _model.restore_params("path/to/the/checkpoint/params")
flat = traverse_util.flatten_dict(params, sep="/")
for file in ${JSON.stringify(files)}:
    for path, value in load_file(file).items():
        flat[path] = value.astype(flat[path].dtype)
model = train_config.model.load(traverse_util.unflatten_dict(flat, sep="/"))`,
)}

norm_stats.json belongs into \`assets/ASSET_ID/\` of the checkpoint, where ASSET_ID is that of the training configuration. No LoRA is left in
these weights: use a variant without \`_lora\`.`;
