import type { SentencePair } from './sentence_patterns';

/** What is said in the files named here, in Chinese. */
export const runSentences1Zh: readonly SentencePair[] = [
  // fit/probe.ts
  ['A trial allocation: this device gave {0} and refused more.', '试分配：这台设备给出 {0}，再多则拒绝。'],
  ['A trial allocation: this device gave {0}, where the trial ends.', '试分配：这台设备给出 {0}，试分配到此为止。'],
  [
    'A trial allocation: this GPU is software and shares the machine’s memory, so the trial ends at {0}.',
    '试分配：这个 GPU 是软件实现，与机器共用内存，因此试到 {0} 为止。',
  ],
  // fit/propose.ts
  ['What the filter leaves', '过滤器留下的部分'],
  ['What the defaults train, in its fastest way that fits.', '默认设置所训练的部分，以放得下的最快方式。'],
  ['What the defaults train does not fit; this is next to it.', '默认设置所训练的部分放不下；这是最接近的。'],
  // fit/trial.ts
  ['The GPU refused {0}: {1}', 'GPU 拒绝了 {0}：<1>'],
  ['GPU memory', 'GPU 显存'],
  [
    'Choose a smaller batch or shorter windows, freeze more, or switch on re-computation.',
    '请选择较小的批量或较短的窗口、冻结更多参数，或启用重新计算。',
  ],
  [
    'Frames go through what comes before the expert in it: close other programs that use the GPU, or choose fewer cameras.',
    '它用来让各帧通过动作专家之前的部分：请关闭其他使用 GPU 的程序，或少选几个摄像头。',
  ],
  // fit/words.ts
  ['frozen weights', '冻结权重'],
  ['trainable weights', '可训练权重'],
  ['optimizer moments', '优化器的矩'],
  ['saved activations', '保存的激活值'],
  ['kept prefixes', '保留的前缀'],
  ['staging buffers', '回读缓冲'],
  ['Needs {0} more: mostly {1}.', '还差 {0}：主要是<1>。'],
  ['Needs one buffer of {0}; this device allows {1}.', '需要一个 {0} 的缓冲；这台设备最大 {1}。'],
  [', accumulated {0} times', '，累积 {0} 次'],
  ['Batch {0}{1} with re-computation', '批量 {0}<1>，激活值重新计算'],
  ['Batch {0}{1}, with re-computation', '批量 {0}<1>，激活值重新计算'],
  ['Batch {0}{1}', '批量 {0}<1>'],
  // gpu/device.ts
  [
    'Use a current Chrome, Edge, Firefox or Safari; on Linux it may need to be switched on: “dom.webgpu.enabled” in Firefox’s about:config, “Unsafe WebGPU” in Chrome’s chrome://flags.',
    '请使用最新的 Chrome、Edge、Firefox 或 Safari；在 Linux 上可能需要手动启用：Firefox 的 about:config 中的“dom.webgpu.enabled”，Chrome 的 chrome://flags 中的“Unsafe WebGPU”。',
  ],
  ['This browser has no WebGPU, which training needs.', '这个浏览器没有训练所需要的 WebGPU。'],
  ['this browser', '这个浏览器'],
  [
    'Switch on hardware acceleration in the browser’s settings, update the graphics driver, or restart the browser; in Firefox on Linux, “gfx.webgpu.ignore-blocklist” in about:config admits drivers that it leaves out.',
    '请在浏览器设置中启用硬件加速、更新显卡驱动，或重启浏览器；在 Linux 的 Firefox 中，about:config 的“gfx.webgpu.ignore-blocklist”可以放行被排除的驱动。',
  ],
  ['The browser has WebGPU, but offers no graphics adapter.', '浏览器有 WebGPU，但没有提供图形适配器。'],
  ['this device', '这台设备'],
  ['The GPU refused a command: {0}', 'GPU 拒绝了一条命令：{0}'],
  ['Reload the page; if it happens again, try a smaller batch.', '请重新载入页面；如果再次发生，请试试较小的批量。'],
  ['Try again; if the GPU stays away, restart the browser.', '请重试；如果 GPU 仍不可用，请重启浏览器。'],
  ['The GPU was lost: {0}', 'GPU 已丢失：{0}'],
  // model/true_size.ts
  ['openpi’s π0 at its true size, without adapters.', 'openpi 的 π0，完整尺寸，不带适配器。'],
  ['π0, adapters in the backbone', 'π0，主干带适配器'],
  ['π0, adapters in the action expert', 'π0，动作专家带适配器'],
  ['π0, adapters in both', 'π0，两者都带适配器'],
  ['π0 for tests', 'π0，测试用'],
  ['openpi’s dummy experts beside the image tower of true size.', 'openpi 的测试用专家，配上完整尺寸的图像塔。'],
  ['Text, true size', '文本，完整尺寸'],
  ['gemma_2b_lora alone, as a language model.', '单独的 gemma_2b_lora，作为语言模型。'],
  [
    'it writes actions as text behind the images, which this engine has no step for',
    '它在图像之后以文本写出动作，而这个引擎没有对应的步骤',
  ],
  ['openpi’s π0.5 at its true size, without adapters.', 'openpi 的 π0.5，完整尺寸，不带适配器。'],
  ['π0.5, adapters in the backbone', 'π0.5，主干带适配器'],
  ['π0.5 with gemma_2b_lora beside gemma_300m.', 'π0.5，gemma_2b_lora 配 gemma_300m。'],
  ['π0.5, adapters in the action expert', 'π0.5，动作专家带适配器'],
  ['π0.5 with gemma_2b beside gemma_300m_lora.', 'π0.5，gemma_2b 配 gemma_300m_lora。'],
  ['π0.5, adapters in both', 'π0.5，两者都带适配器'],
  ['π0.5 with gemma_2b_lora beside gemma_300m_lora.', 'π0.5，gemma_2b_lora 配 gemma_300m_lora。'],
  ['openpi’s π0-FAST at its true size, without adapters.', 'openpi 的 π0-FAST，完整尺寸，不带适配器。'],
  ['π0-FAST, adapters', 'π0-FAST，带适配器'],
  ['π0-FAST with gemma_2b_lora.', 'π0-FAST，gemma_2b_lora。'],
  ['No step of {0} can be planned, because {1}.', '无法规划<0>的步骤，因为<1>。'],
  ['What openpi keeps of it is counted.', '统计的是 openpi 为它保存的内容。'],
  // problem.ts
  ['{0} cannot be {1}.', '<0>不能是 {1}。'],
  ['{0} cannot be {1}: {2}.', '<0>不能是 {1}：<2>。'],
  ['Choose {0}.', '请填<0>。'],
  // pwa/register.ts
  ['The offline copy could not be stored. Is the disk full?', '离线副本无法存储。磁盘满了吗？'],
  // run/check.ts
  ['a whole number from {0}', '从 {0} 起的整数'],
  ['a whole number from {0} to {1}', '从 {0} 到 {1} 的整数'],
  ['this base takes {0} at most', '这个基座最多 {0}'],
  // run/loaded_model.ts
  [
    'Train it again on the base of this build, or open the build that it came from.',
    '请在这个版本的基座上重新训练，或打开它所来自的版本。',
  ],
  [
    'Open the model that it was trained on, or train it again on the one that is open.',
    '请打开它训练时所用的模型，或者在已打开的模型上重新训练。',
  ],
  ['This adapter was trained on another base.', '这个适配器是在另一个基座上训练的。'],
  // run/prepare.ts
  ['The base has no values for {0}.', '基座没有 {0} 的值。'],
  // run/run.ts
  ['Nothing is left to train: the filter freezes every leaf.', '没有可以训练的了：过滤器冻结了全部参数张量。'],
  ['freeze filter', '冻结过滤器'],
  ['Leave some leaves out of it.', '请把一些参数张量排除在外。'],
  ['The run has just ended.', '训练刚刚结束。'],
  ['Choose its adapter in the list.', '请在列表中选择它的适配器。'],
  // run/stages.ts
  ['stage {0} of {1}', '阶段 {0} / {1}'],
  // settings/numbers.ts
  ['Learning rate', '学习率'],
  ['Final rate', '最终学习率'],
  ['Weight decay', '权重衰减'],
  ['Evaluate every', '评估间隔'],
  ['Save every', '保存间隔'],
  ['Held out', '留出'],
  ['Frame rate', '帧率'],
  ['a whole number from 1', '从 1 起的整数'],
  ['a whole number from 0', '从 0 起的整数'],
  ['a number above 0', '大于 0 的数'],
  ['a whole number from 1 to 4096', '从 1 到 4096 的整数'],
  ['a number above 0, at most 1000', '大于 0 且不超过 1000 的数'],
  ['a number from 0 to 1000', '从 0 到 1000 的数'],
  ['a number from 0', '从 0 起的数'],
  ['a share from 0 to 0.5', '从 0 到 0.5 的比例'],
  // tasks/actions/batches.ts
  ['They were chosen.', '由您选择。'],
  // tasks/actions/data.ts
  ['This base predicts no actions.', '这个基座不预测动作。'],
  ['Choose the base of the actions task.', '请选择动作任务的基座。'],
  ['{0} cameras are chosen, and the base has room for {1}.', '选择了 {0} 个相机，而基座只容得下 {1} 个。'],
  ['Differences are chosen for {0} joints, and there are {1}.', '为 {0} 个关节选择了是否取差，而关节有 {1} 个。'],
  ['Choose yes or no for each: {0}.', '请为每个关节选择是或否：{0}。'],
  ['Choose fewer.', '请少选一些。'],
  ['There is no video of a camera "{0}".', '没有相机“{0}”的视频。'],
  ['Choose among those that have: {0}.', '请从有视频的相机中选择：{0}。'],
  ['The pictures of {0} frames take {1} MB.', '{0} 帧的画面占 {1} MB。'],
  [
    'Learn from fewer frames, train for fewer steps, choose fewer cameras, or have the model read layer by layer, where no pictures are kept.',
    '请用更少的帧学习、减少训练步数、少选相机，或改为逐层读取模型：那样不保留任何画面。',
  ],
  // tasks/actions/evaluation.ts
  ['This adapter moves no robot.', '这个适配器不是用于机器人的。'],
  ['Choose an adapter of the actions task.', '请选择动作任务的适配器。'],
  // tasks/actions/prepare.ts
  ['The prompt is', '提示'],
  ['Images and prompt are', '图像和提示'],
  [
    '{0} computed once for each task and kept, {1}: nothing that comes before the expert trains.',
    '<0>对每个任务只计算一次并保留，<1>：在动作专家之前没有参与训练的参数。',
  ],
  [
    '{0} computed once for each frame and kept, {1}: nothing that comes before the expert trains.',
    '<0>对每一帧只计算一次并保留，<1>：在动作专家之前没有参与训练的参数。',
  ],
  ['The prompt goes', '提示'],
  ['Images and prompt go', '图像和提示'],
  [
    '{0} through the model in every step: {1}, which comes before the expert, trains.',
    '<0>每一步都经过模型：在动作专家之前的 {1} 参与训练。',
  ],
  ['on the GPU', '存于 GPU'],
  ['{0} of {1} on the GPU, the others in memory', '{1} 个中 {0} 个在 GPU 上，其余在内存中'],
  [
    '{0} of {1} on the GPU and {2} in memory; the other {3} each time anew',
    '{1} 个中 {0} 个在 GPU 上，{2} 个在内存中；其余 {3} 个每次重新计算',
  ],
  // tasks/actions/recording_reader.ts
  [
    'There is one episode. It is learned from; none is held out, so nothing tells how well it was learned.',
    '只有一个回合。它用于学习；没有留出任何回合，因此无从得知学得如何。',
  ],
  ['The recording is no longer open.', '录制数据已关闭。'],
  ['Open it again.', '请重新打开。'],
  ['Add an episode, or go on without a measure.', '请增加一个回合，或不做测量继续。'],
  // settings/camera_names.ts
  ['It has the name of this place.', '名称与此位置相同。'],
  ['Its name says "{0}".', '名称里有“{0}”。'],
  ['Its name tells no other place.', '名称没有指明别的位置。'],
  ['This place was free.', '此位置空着。'],
  ['No camera is left for it.', '没有剩下的相机。'],
  // tasks/actions/run.ts
  [
    'A prompt is longer than the {0} tokens that the base reads; its end is cut off.',
    '有的提示超过基座所能读的 {0} 个词元；末尾被截去。',
  ],
  ['Nothing need be done, unless prompts differ in their ends alone.', '不必处理，除非各个提示只在末尾不同。'],
  [
    'The state stands at the end of the prompt: learn fewer joints, or ask in fewer words.',
    '状态写在提示的末尾：请少学几个关节，或缩短提示。',
  ],
  // tasks/actions/scopes.ts
  ['Adapters of the action expert', '动作专家的适配器'],
  ['Adapters of the action expert, projections', '动作专家的适配器、投影层'],
  ['Whole action expert, projections', '整个动作专家、投影层'],
  ['Adapters of action expert and backbone, projections', '动作专家和主干的适配器、投影层'],
  ['Whole action expert, projections, adapters of the backbone', '整个动作专家、投影层、主干的适配器'],
  [
    'As openpi’s LoRA configuration: all adapters, projections, image tower',
    '与 openpi 的 LoRA 配置相同：全部适配器、投影层、图像塔',
  ],
  ['Everything, image tower and backbone too', '全部，包括图像塔和主干'],
];
