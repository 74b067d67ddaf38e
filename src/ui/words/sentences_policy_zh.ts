import type { SentencePair } from './sentence_patterns';

/** What is said of policies that a person brings, in Chinese. */
export const policySentencesZh: readonly SentencePair[] = [
  // run/prepare.ts
  [
    '{0} trains, and what comes before the expert goes through the GPU once, before the first step.',
    '{0} 参与训练，而动作专家之前的部分只在第一步之前经过 GPU 一次。',
  ],
  [
    'Freeze the image tower and the backbone, or choose a base that the GPU has room for.',
    '请冻结图像塔和主干，或者选择 GPU 放得下的基座。',
  ],
  // tasks/actions/prepare.ts
  [
    '{0} through what comes before the expert once, layer by layer, before the first step; what it gives is kept on the disk.',
    '<0>在第一步之前逐层经过动作专家之前的部分一次；所得结果保存在磁盘上。',
  ],
  // tasks/actions/streaming.ts
  ['The run was stopped before its first step.', '训练在第一步之前被停止了。'],
  [
    'Blocks of frames that were done are kept: a new run on the same recording goes on behind them.',
    '已经完成的帧块会保留：在同一录制上新的训练会从它们之后继续。',
  ],
  [
    'What is kept in this browser lacks {0} of the {1} frames that the run needs, and their recording is not open.',
    '此浏览器中保存的内容缺少训练所需 {1} 帧中的 {0} 帧，而它们的录制没有打开。',
  ],
  [
    'Open the recording again, read as it was, and go on with the run.',
    '请重新打开这份录制（读取方式与原来相同），然后继续训练。',
  ],
  // policy/checkpoint.ts
  ['It says that it is a {0}; its tensors are those of a {1}.', '它自称是 {0}；而它的张量属于 {1}。'],
  ['Take fresh copies of both.', '请重新获取这两个文件。'],
  [
    'Merge it with the program that trained it, or choose the checkpoint that it was trained on.',
    '请用训练它的程序把它合并，或者选择它训练时所基于的检查点。',
  ],
  [
    'Statistics are among its weights, as LeRobot had them before; they are not read.',
    '它的权重里夹着统计量，这是 LeRobot 从前的做法；不会读取它们。',
  ],
  ['Nothing needs to be done: a run measures its own.', '无需处理：训练会自己测量。'],
  ['It is there as {0} too.', '它同时还以 {0} 之名存在。'],
  // policy/config.ts
  ['Choose a checkpoint of π0 or π0.5.', '请选择 π0 或 π0.5 的检查点。'],
  [
    '{0} is {1}: it samples actions in so many steps; evaluations here take {2}.',
    '{0} 是 {1}：它用这么多步来采样动作；这里的评估用 {2} 步。',
  ],
  ['Nothing needs to be done: training is the same.', '无需处理：训练是一样的。'],
  ['{0} is {1}, which is no height and width.', '{0} 是 {1}，不是高和宽。'],
  ['{0} is {1} × {2}; only square pictures can be trained on here.', '{0} 是 {1} × {2}；这里只能用正方形图像训练。'],
  [
    'normalization_mapping has {0} for pictures; they are not normalised, as openpi does not.',
    'normalization_mapping 对图像用 {0}；这里和 openpi 一样，不对图像归一化。',
  ],
  [
    'use_relative_actions is true: the actions that it was trained on are differences from the state.',
    'use_relative_actions 为 true：它训练时的动作是相对于状态的差值。',
  ],
  [
    'Learn the same joints as differences; otherwise it has to learn them anew.',
    '请把同样的关节作为差值来学；否则它要重新学习。',
  ],
  ['type is {0}: a policy of another kind.', 'type 是 {0}：另一种策略。'],
  ['{0} is {1}, which openpi does not have.', '{0} 是 {1}，openpi 没有它。'],
  [
    'normalization_mapping has {0} for the state and {1} for actions; both are normalised as openpi does.',
    'normalization_mapping 对状态用 {0}，对动作用 {1}；这里两者都按 openpi 的方式归一化。',
  ],
  [
    'Nothing needs to be done, but what was learned before may have to be learned anew.',
    '无需处理，但以前学到的可能要重新学习。',
  ],
  // policy/files.ts
  ['There is no π0 or π0.5 among the files.', '这些文件里没有 π0 或 π0.5。'],
  [
    'Choose the folder of a checkpoint of openpi’s or LeRobot’s: model.safetensors and what lies beside it.',
    '请选择 openpi 或 LeRobot 的检查点文件夹：model.safetensors 以及它旁边的文件。',
  ],
  // policy/known_fields.ts
  ['{0} is {1}; only {2} can be trained here.', '{0} 是 {1}；这里只能训练 {2} 的。'],
  ['Choose a checkpoint that was trained so.', '请选择这样训练出来的检查点。'],
  ['experts is {0}, which is no list.', 'experts 是 {0}，不是列表。'],
  ['Write a list of two, or take a fresh copy.', '请写成有两项的列表，或重新获取一份。'],
  ['It has {0} fields that are not known here.', '它有 {0} 个这里不认识的字段。'],
  ['{0} is {1}; what it changes in the model is not known here.', '{0} 是 {1}；这里不知道它会改变模型的什么。'],
  [
    'Remove it from config.json if it changes nothing in the model; otherwise choose a checkpoint without it.',
    '如果它不改变模型，请把它从 config.json 里删去；否则请选择没有它的检查点。',
  ],
  // policy/sizes.ts
  [' Layer {0} of {1} is missing.', '缺少 {1} 的第 {0} 层。'],
  [' Layers {0} to {1} of {2} are missing.', '缺少 {2} 的第 {0} 到 {1} 层。'],
  [
    'Take a fresh copy of the weights; a model of other sizes has to say them in its config.json, as img.depth.',
    '请重新获取权重；尺寸不同的模型必须在它的 config.json 里写明尺寸，例如 img.depth。',
  ],
  ['It has shape [{0}]; the model needs {1} axes.', '它的形状是 [{0}]；模型需要 {1} 个轴。'],
  ["{0} makes {1} {2}; by the tensors' shapes it is {3}.", '按 {0}，{1} 是 {2}；而按张量的形状是 {3}。'],
  [
    "By the tensors' shapes {0} is {1}, which is no whole number above 0.",
    '按张量的形状，{0} 是 {1}，不是大于 0 的整数。',
  ],
  [
    'Say head_dim and num_heads in its config.json, or take a fresh copy.',
    '请在它的 config.json 里写明 head_dim 和 num_heads，或重新获取一份。',
  ],
  ['Such a model cannot be: {0}.', '不可能有这样的模型：{0}。'],
  // policy/stats.ts
  [
    'There are {0} files {1}, for robots of different kinds; none of them is used.',
    '有 {0} 个 {1} 文件，属于不同种类的机器人；一个也不采用。',
  ],
  ['Leave the one that belongs to the robot.', '请只留下属于这台机器人的那一个。'],
  // settings/statistics.ts
  [
    'The statistics of the checkpoint are of {0} numbers of {1}, and there are {2}.',
    '检查点的统计量属于<1>的 {0} 个数，而这里有 {2} 个。',
  ],
  ['a state', '状态'],
  ['an action', '动作'],
  [
    'The statistics of the checkpoint hold no quantiles, and numbers are scaled by them.',
    '检查点的统计量里没有分位数，而数字要按分位数缩放。',
  ],
  // tasks/actions/statistics.ts
  ['The base brings no statistics of its own.', '基座没有自己的统计量。'],
  ['Take those of the recording.', '请采用录制数据的统计量。'],
  [
    'By the statistics of the checkpoint, the {0} of {1} goes more than {2} times as far as in its training.',
    '按检查点的统计量，{1} 的<0>超出训练时范围的 {2} 倍以上。',
  ],
  [
    'Learn the same joints as differences as in its training, in the same units; or take the statistics of the recording.',
    '请让训练时作为差值来学的那些关节同样作为差值来学，单位也要相同；或者采用录制数据的统计量。',
  ],
  // recording/norm_stats_file.ts
  ['Its {0} is no list of numbers.', '它的 {0} 不是一列数字。'],
  ['Compute the statistics again.', '请重新计算统计量。'],
  ['Its {0} has {1} numbers, and mean has {2}.', '它的 {0} 有 {1} 个数，而 mean 有 {2} 个。'],
  // tasks/actions/prepare.ts
  [
    'The backbone has adapters, and what comes before the expert is read layer by layer from the base, which has none.',
    '主干带有适配器，而专家之前的部分从基座逐层读取，基座没有适配器。',
  ],
  ['adapters in the backbone', '主干中的适配器'],
  ['Leave them out, or choose a base that the GPU has room for.', '去掉它们，或选择显卡放得下的基座。'],
  // tasks/actions/scopes.ts
  ['Adapters of the action expert; what comes before it layer by layer', '动作专家的适配器；专家之前的部分逐层计算'],
  [
    'Adapters of the action expert, projections; what comes before it layer by layer',
    '动作专家的适配器、投影层；专家之前的部分逐层计算',
  ],
  [
    'Whole action expert, projections; what comes before it layer by layer',
    '整个动作专家、投影层；专家之前的部分逐层计算',
  ],
];
