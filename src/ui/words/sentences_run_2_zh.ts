import type { SentencePair } from './sentence_patterns';

/** What is said in the files named here, in Chinese. */
export const runSentences2Zh: readonly SentencePair[] = [
  // tasks/actions/state.ts
  ['It was chosen.', '由您选择。'],
  ['Choose the measured state.', '请选择测得的状态。'],
  ['State and action of this robot are not the same joints. {0}', '这台机器人的状态和动作不是相同的关节。<0>'],
  ['{0} joints with their lag need more than the {1} numbers of a state.', '{0} 个关节加上落后量超过状态的 {1} 个数。'],
  [
    '{0} of {1} joints are not measured in the unit of their action, so they have no lag.',
    '{1} 个关节中有 {0} 个不是以动作的单位测量的，因此没有落后量。',
  ],
  ['Choose the last action alone, or the measured state.', '请只选择上一个动作，或测得的状态。'],
  ['{0} There is no room for the lag of {1} joints.', '<0>放不下 {1} 个关节的落后量。'],
  ['of {0} of {1} joints ', '（{1} 个关节中的 {0} 个）'],
  [
    '{0} There is no lag: what was measured {1}does not follow the action in its unit.',
    '<0>没有落后量：测得的值<1>没有以动作的单位跟随动作。',
  ],
  [', but not of {0}, whose angles may wrap', '，但 {0} 除外，其角度可能越过一整圈'],
  ['Differences from the last action, with which the state begins{0}.', '学习与状态开头的上一个动作之差<0>。'],
  ['last action', '上一个动作'],
  ['lag of {0}', '{0} 的落后量'],
  // tasks/actions/task.ts
  ['There is no recording to train on.', '没有可以训练的录制数据。'],
  ['Open the folder of a recording.', '请打开录制的文件夹。'],
  // tasks/text/prepare.ts
  [
    'A prompt to watch has {0} letters, where a run with this window reads {1} at most.',
    '有一条观察用的提示有 {0} 个字符，而用这个窗口的训练最多读 {1} 个。',
  ],
  ['Prompts to watch', '观察用的提示'],
  ['Shorten it.', '请缩短它。'],
  // tasks/text/run.ts
  [
    'The data was cut into windows of {0} tokens, the run wants {1}.',
    '数据切成了 {0} 个词元的窗口，而训练需要 {1} 个。',
  ],
  ['Open the data again.', '请重新打开数据。'],
  ['text data', '文本数据'],
  // tasks/text/scopes.ts
  ['Adapters only', '只有适配器'],
  ['Adapters and norms', '适配器和归一化'],
  ['All but the token embedding', '除词元嵌入以外的全部'],
  // tasks/text/task.ts
  ['There is no data to train on.', '没有可以训练的数据。'],
  ['Open a file, or the sample.', '请打开文件或示例。'],
  // tasks/true_size.ts
  ['Choose one of the {0} task.', '请从<0>任务的模型中选择。'],
  ['{0} is no model of this task.', '<0>不是这个任务的模型。'],
  // worker/recovery.ts, worker/runs.ts
  [
    'Restart the browser and start the run again: no checkpoint of it is kept.',
    '请重启浏览器，然后重新开始训练：没有保存它的任何检查点。',
  ],
  [
    'Restart the browser and resume the run: its checkpoint of step {0} is kept.',
    '请重启浏览器，然后继续训练：第 {0} 步的检查点仍在。',
  ],
  ['The GPU is lost again and again before the run can save. {0}', 'GPU 一再丢失，训练还来不及保存。<0>'],
  [
    'Close other programs that use the GPU and start the run again, with a smaller batch: no checkpoint of it is kept.',
    '请关闭其他使用 GPU 的程序，然后用较小的批量重新开始训练：没有保存它的任何检查点。',
  ],
  [
    'Close other programs that use the GPU and resume the run: its checkpoint of step {0} is kept. If it happens again, save more often, or begin with a smaller batch.',
    '请关闭其他使用 GPU 的程序，然后继续训练：第 {0} 步的检查点仍在。如果再次发生，请更频繁地保存，或用较小的批量重新开始。',
  ],
  [
    'The GPU was lost before the first checkpoint, and the run began again by itself on a new one.',
    'GPU 在第一个检查点之前丢失，训练已在新的 GPU 上自行重新开始。',
  ],
  [
    'The GPU was lost, and the run went on by itself from step {0} on a new one.',
    'GPU 曾丢失，训练已在新的 GPU 上自行从第 {0} 步继续。',
  ],
  [
    'The run had come to its end in the other tab: this is what it came to, and its adapter is in the list.',
    '这次训练已在另一个标签页中结束：这就是它的结果，适配器在列表中。',
  ],
  ['This browser has kept no checkpoint of the run.', '此浏览器没有保存这次训练的任何检查点。'],
  ['Leave it in the other tab.', '请让它留在另一个标签页中。'],
  ['The tab that trains this run does not give it up.', '正在进行这次训练的标签页没有交出它。'],
  [
    'The tab that trains this run could not keep a checkpoint of it, so the run goes on there.',
    '正在进行这次训练的标签页无法保存检查点，因此训练在那里继续。',
  ],
  ['Do there what it says, then take the run over.', '请先按那里的提示处理，然后再接手训练。'],
  ['Close the other tab, then resume the run here.', '请关闭另一个标签页，然后在这里继续训练。'],
  ['The run goes on in another tab, which has taken it over.', '另一个标签页接手了这次训练，会在那里继续。'],
  // train/control.ts
  ['The run was stopped before its first step; nothing was kept.', '训练在第一步之前就停止了；没有保留任何内容。'],
  // train/judge.ts
  ['{0}, the usual one', '通常值 {0}'],
  ['Start again with a lower learning rate: {0}.', '请用较低的学习率重新开始：<0>。'],
  [
    'The gradient has been exactly 0 in all {0} steps: what trains has no part in the loss.',
    '{0} 步中梯度始终恰好为 0：参与训练的部分与损失无关。',
  ],
  [
    'Let the filter leave more to train, and see that the data hold something to learn.',
    '请让过滤器留下更多参数来训练，并确认数据中有可学的内容。',
  ],
  [
    'The gradient has been exactly 0 since step {0}: nothing is learned any more. Updates at a learning rate of {1} threw the weights too far.',
    '自第 {0} 步起梯度恰好为 0：不再学到任何东西。学习率 {1} 的更新使权重偏得太远。',
  ],
  [
    'The loss has stood at {0} for {1} steps, which is ln {2}: the model holds all {3} tokens for equally likely. Nothing is left of what the base knew.',
    '损失停在 {0} 已有 {1} 步，即 ln {2}：模型认为全部 {3} 个词元同样可能。基座所知的已荡然无存。',
  ],
  [
    'At step {0} the held-out loss is {1}, far above the {2} of the base: the run makes the model worse.',
    '第 {0} 步的留出集损失为 {1}，远高于基座的 {2}：训练使模型变差。',
  ],
  [
    'For {0} steps the loss has been far above where it began: {1} on average, {2} then.',
    '已有 {0} 步的损失远高于起点：现在平均 {1}，当时 {2}。',
  ],
  // train/loop.ts
  ['Loss or gradient is not a finite number; nothing was changed.', '损失或梯度不是有限数；什么都没有改变。'],
  ['At step {0} the held-out loss is no finite number.', '第 {0} 步的留出集损失不是有限数。'],
  ['Start again with a lower learning rate.', '请用较低的学习率重新开始。'],
  // train/pace.ts
  [
    'The clock of this machine was put back by {0} min: that time is not counted, and the run goes on.',
    '这台机器的时钟被往回拨了 {0} 分钟：这段时间不计入，训练继续。',
  ],
  [
    'This machine slept for {0} min, or its clock was put forward: that time is not counted, and the run goes on.',
    '这台机器休眠了 {0} 分钟，或时钟被往前拨了：这段时间不计入，训练继续。',
  ],
  // train/verdict.ts
  ['held-out loss {0} with it (step {1}), {2} without', '留出集损失用它时为 {0}（第 {1} 步），不用时为 {2}'],
  ['its held-out loss is no finite number; without it, it is {0}', '它的留出集损失不是有限数；不用它时为 {0}'],
  ['The adapter is no better than no adapter: {0}; {1}.', '适配器不比不用适配器更好：<0>；<1>。'],
  ['The adapter is worse than no adapter: {0}; {1}.', '适配器比不用适配器更差：<0>；<1>。'],
  [
    'Nothing was held out, so nothing tells whether the adapter is better than no adapter.',
    '没有留出任何数据，因此无从得知适配器是否比不用适配器更好。',
  ],
  ['Hold a share of the data out to know.', '请留出一部分数据以便得知。'],
  ['the last weights were kept, and those of step {0} had {1}', '保留的是最后的权重，而第 {0} 步的损失为 {1}'],
  ['Keep the best step instead of the last.', '请保留最佳的一步，而不是最后一步。'],
  ['no cause stands out', '没有明显的原因'],
  ['Try a lower learning rate, or more data.', '请试试较低的学习率，或更多数据。'],
  ['likely because the learning rate of {0} is too high: {1}', '很可能因为学习率 {0} 太高：<1>'],
  ['the gradient became exactly 0', '梯度变成了恰好为 0'],
  ['in its last steps loss or gradient was no finite number', '最后几步中损失或梯度不是有限数'],
  ['the model came to hold every token for equally likely', '模型变得认为每个词元同样可能'],
  ['the training loss leapt from {0} to {1} at step {2}', '训练损失从 {0} 跳到 {1}（第 {2} 步）'],
  ['the training loss rose from {0} to {1}', '训练损失从 {0} 升到 {1}'],
  [
    'the gradient was clipped in every step, and the training loss did not fall',
    '每一步的梯度都被裁剪，而训练损失没有下降',
  ],
  [
    'likely because {0} % of the tokens of the conversations were cut away to fit the window',
    '很可能因为对话的词元有 {0} % 为放进窗口而被截去',
  ],
  ['Choose a longer window.', '请选择更长的窗口。'],
  [': it saw each about {0} times', '：每个约看了 {0} 遍'],
  [
    'likely because it learned too little data by heart (training loss {0}, held-out {1}){2}',
    '很可能因为它把太少的数据背了下来（训练损失 {0}，留出集 {1}）<2>',
  ],
  ['Add data, or train for fewer steps.', '请增加数据，或减少训练步数。'],
  ['{0} of {1} steps were too few', '{1} 步中只做了 {0} 步，太少'],
  ['{0} steps were too few', '{0} 步太少'],
  ['likely because {0}: the held-out loss was still falling', '很可能因为<0>：留出集损失仍在下降'],
  ['likely because {0}: the learning rate had hardly warmed up', '很可能因为<0>：学习率才刚刚预热'],
  ['Train for more steps.', '请训练更多步。'],
  // worker/gone.ts
  ['The training thread has ended.', '训练线程已结束。'],
  [
    'Reload the page: the run can be resumed there from its last checkpoint, if it has kept one.',
    '请重新载入页面：如果训练保存过检查点，就可以在那里从最近一个继续。',
  ],
  // worker/connect.ts
  ['entry.ts did not load', 'entry.ts 没有载入'],
  ['a message could not be read', '有一条消息无法读取'],
  // worker/device_report.ts
  ['Camera video', '相机视频'],
  [
    'Of recordings, this browser decodes {0}; a camera in another format is masked, and the page says so.',
    '对于录制数据，这个浏览器能解码 {0}；其他格式的相机会被遮蔽，页面会说明。',
  ],
  [
    'This browser decodes no video: cameras are masked, motion is learned without them. Pictures in the tables are read.',
    '这个浏览器不能解码视频：相机被遮蔽，学习动作时不用它们。表格中的图片可以读取。',
  ],
  ['Train adapters', '训练适配器'],
  ['Everything that training needs is here.', '训练所需要的都有。'],
  ['Hardware graphics', '硬件图形'],
  [
    'The browser computes on the processor instead of a graphics card: right, but slow.',
    '浏览器在处理器上计算而没有使用显卡：结果正确，但很慢。',
  ],
  ['Training runs on the graphics card.', '训练在显卡上进行。'],
  ['Name of the GPU', 'GPU 的名称'],
  ['The browser tells the page which GPU it uses.', '浏览器告诉页面它使用哪个 GPU。'],
  ['This browser keeps it to itself. Nothing here depends on it.', '这个浏览器不告诉页面。这里没有任何东西依赖它。'],
  ['Half precision (shader-f16)', '半精度（shader-f16）'],
  [
    'Not needed: frozen weights are kept as bfloat16 and computed in float32 everywhere.',
    '不需要：冻结权重以 bfloat16 保存，处处以 float32 计算。',
  ],
  ['Not needed: every kernel gives the same result without them.', '不需要：每个内核没有它也得到同样的结果。'],
  ['No GPU for this page', '没有可供本页面使用的 GPU'],
  ['Training needs WebGPU.', '训练需要 WebGPU。'],
  ['Read data and adapters', '读取数据和适配器'],
  ['Files, adapters and exports work without a GPU.', '没有 GPU 也能使用文件、适配器和导出。'],
  // worker/freeze.ts
  ['This filter freezes nothing.', '这个过滤器什么都没有冻结。'],
  ['{0} All {1} parameters would train, using {2} MB.', '<0>全部 {1} 个参数都会训练，占用 {2} MB。'],
  ['Change the filter, or say that everything should train.', '请修改过滤器，或确认要训练全部参数。'],
  // worker/proposals.ts
  ['{0} would take {1}, which the device gave in a trial.', '{0} 会占用 {1}，设备在试分配中给出了这么多。'],
  ['The budget that you set.', '您设定的预算。'],
  ['State a budget in bytes, or ask again when the run has ended.', '请给出以字节计的预算，或在训练结束后再问。'],
  ['A run is under way, and a trial allocation would disturb it.', '训练正在进行，试分配会干扰它。'],
  ['A newer question has overtaken this one.', '已被更新的提问取代。'],
  // worker/runs.ts
  ['This run goes on in another tab.', '这次训练正在另一个标签页中进行。'],
  ['Look there, or close that tab first.', '请到那里查看，或先关闭那个标签页。'],
  ['The run is still loading.', '训练还在载入。'],
  ['Try again in a moment.', '请稍后再试。'],
  ['A run is under way already.', '已有训练正在进行。'],
  ['Stop it first, or wait for its end.', '请先停止它，或等它结束。'],
  [
    'Start a new run; the unfinished one can only go on with the base that it began on.',
    '请开始新的训练；未完成的训练只能在它开始时所用的基座上继续。',
  ],
  ['This run began on another version of the base.', '这次训练开始时用的是另一版本的基座。'],
  ['No run is under way.', '没有正在进行的训练。'],
  ['Start one under Train.', '请在“训练”中开始一次。'],
  // worker/samples.ts
  ['There is no sample "{0}".', '没有示例“{0}”。'],
  ['samples', '示例'],
  // worker/session.ts
  ['There is no base "{0}" in this build.', '这个版本中没有基座“{0}”。'],
  ['Choose one of: {0}.', '请选择其中之一：{0}。'],
  // worker/trainer.ts
  ['There is no recording to try it on.', '没有可供试用的录制数据。'],
];
