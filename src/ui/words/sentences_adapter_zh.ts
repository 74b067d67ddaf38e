import type { SentencePair } from './sentence_patterns';

/** What is said in the files named here, in Chinese. */
export const adapterSentencesZh: readonly SentencePair[] = [
  // adapter/backup.ts
  ['The file is no backup of this page, or it is cut off.', '这个文件不是本页面的备份，或者不完整。'],
  ['Choose a .zip that this page made as a backup.', '请选择由本页面备份生成的 .zip。'],
  ['This part of the backup is damaged and was left out.', '备份的这一部分已损坏，未被采用。'],
  ['Restore it from another copy of the file.', '请用该文件的另一份副本恢复。'],
  // adapter/run_records.ts
  ['This is no record of a run.', '这不是训练的记录。'],
  // adapter/checkpoint_store.ts
  ['the checkpoints', '检查点'],
  ['The checkpoint of this run is no longer there.', '这次训练的检查点已不存在。'],
  ['run {0}', '训练 {0}'],
  ['What this browser has kept of the run is damaged.', '这个浏览器为这次训练保存的内容已损坏。'],
  ['Start the run again.', '请重新开始训练。'],
  // adapter/delta_norms.ts
  [
    'The adapters were trained on different bases: they do not change the same weights.',
    '这两个适配器在不同的基座上训练：它们改变的不是同一组权重。',
  ],
  ['Choose two adapters of one base.', '请选择同一基座的两个适配器。'],
  // adapter/data_hash.ts
  ['Other data are open than the adapter was trained on.', '打开的数据不是训练这个适配器所用的数据。'],
  [
    'Open those of its run again, with the same settings of the data.',
    '请重新打开那次训练的数据，并使用相同的数据设置。',
  ],
  // adapter/exports.ts
  ['There is no format "{0}" for adapters.', '适配器没有“{0}”这种格式。'],
  ['Use one of {0}.', '请使用 {0} 之一。'],
  // adapter/memory_csv.ts
  ['Adapters that are trained on this page tell it.', '在本页面训练的适配器会说明这一点。'],
  ['This adapter does not tell what its run held in memory.', '这个适配器没有说明训练时占用的显存。'],
  // adapter/metadata.ts
  ['not measured', '未测量'],
  ['The adapter\'s metadata lacks "{0}".', '适配器的元数据缺少“{0}”。'],
  ['The adapter\'s "{0}" is "{1}".', '适配器的“{0}”是“{1}”。'],
  ['The adapter has version {0} of the format.', '适配器的格式版本是 {0}。'],
  ['The adapter\'s "model" makes no sense.', '适配器的“model”没有意义。'],
  [
    'Its experts[{0}].lora.{1} is {2}; what it changes in the adapter is not known here.',
    '它的 experts[{0}].lora.{1} 是 {2}；这里不知道它会改变适配器的什么。',
  ],
  ['Open it with a newer build of this page.', '请用本页面更新的版本打开。'],
  ['The adapter\'s "saved_at" is "{0}".', '适配器的“saved_at”是“{0}”。'],
  ['The file is damaged; export the adapter again.', '文件已损坏；请重新导出适配器。'],
  // adapter/norm_stats_export.ts
  ['This adapter has no statistics of a robot.', '这个适配器没有机器人的统计数据。'],
  ['Download the adapter itself.', '请下载适配器本身。'],
  // adapter/openpi_file.ts
  ['The file holds no tensors.', '文件中没有张量。'],
  ['Choose an adapter exported as .safetensors.', '请选择导出为 .safetensors 的适配器。'],
  [
    'The adapter was trained on the base "{0}" ({1}…), which is not here.',
    '适配器是在基座“{0}”（{1}…）上训练的，这里没有它。',
  ],
  ['Open it in a build of this page that has that base.', '请在有这个基座的页面版本中打开。'],
  ['The tensor "{0}" is missing.', '缺少张量“{0}”。'],
  ['The file is damaged; take a fresh copy.', '文件已损坏；请重新取一份。'],
  ['There is no base to which the adapter could belong.', '没有这个适配器可以属于的基座。'],
  [
    'The file does not name its base. Its tensors fit "{0}"; on another base of the same shape they mean nothing.',
    '文件没有说明基座。它的张量与“{0}”相符；在形状相同的另一个基座上它们没有意义。',
  ],
  ['The file does not tell alpha. It is taken to be {0}, the rank.', '文件没有说明 alpha。取为 {0}，即秩。'],
  ['{0} LoRA tensors are not in the file and are taken as zero.', '有 {0} 个 LoRA 张量不在文件中，取为零。'],
  ['Two tensors mean the leaf "{0}".', '有两个张量对应参数张量“{0}”。'],
  ['No tensor has the path of an openpi LoRA leaf.', '没有张量带有 openpi LoRA 参数的路径。'],
  [
    'Choose an adapter exported as .safetensors with openpi paths; one of PEFT together with its adapter_config.json.',
    '请选择以 openpi 路径导出为 .safetensors 的适配器；PEFT 的适配器要和它的 adapter_config.json 一起选择。',
  ],
  ['The base has no parameter of this name.', '基座没有这个名字的参数。'],
  ['Choose an adapter of this base.', '请选择这个基座的适配器。'],
  ['Its shape is ({0}), and the base needs ({1}).', '它的形状是 ({0})，而基座需要 ({1})。'],
  ['It holds values that are no finite numbers.', '其中有不是有限数的值。'],
  ['The run that made it diverged; export one that did not.', '产生它的训练发散了；请导出没有发散的。'],
  // adapter/hub_merge.ts
  [
    'The adapter was trained on "{0}", and "{1}" is another model.',
    '这个适配器是在“{0}”上训练的，而“{1}”是另一个模型。',
  ],
  ['Open the model that it was trained on.', '请打开它训练时所用的模型。'],
  // adapter/policy_origin.ts
  [
    'The adapter was trained on "{0}", and "{1}" is another policy.',
    '这个适配器是在“{0}”上训练的，而“{1}”是另一个策略。',
  ],
  ['Open the checkpoint that it was trained on.', '请打开它训练时所用的检查点。'],
  ['What the adapter says of its policy makes no sense.', '适配器关于其策略的说明没有意义。'],
  // adapter/hub_modules.ts
  [
    'Download the merged model instead, or train again with these parameters frozen.',
    '请改为下载合并后的模型，或冻结这些参数重新训练。',
  ],
  // adapter/peft.ts
  ['The adapter has no LoRA for this expert.', '适配器没有这个专家的 LoRA。'],
  [' and {0} more', '和另外 {0} 个'],
  [
    'This run also trained parameters that are no LoRA, which an adapter of this form cannot hold: {0}.',
    '这次训练还训练了不是 LoRA 的参数，这种形式的适配器容纳不下：{0}。',
  ],
  [
    'Download the openpi file instead, or train again with these parameters frozen.',
    '请改为下载 openpi 文件，或冻结这些参数重新训练。',
  ],
  ['The adapter lacks the leaf "{0}".', '适配器缺少参数张量“{0}”。'],
  ['Train it again.', '请重新训练它。'],
  // adapter/peft_zip.ts
  [
    'This run also trained LoRA of the backbone, for which the PEFT folder has no place.',
    '这次训练还训练了主干的 LoRA，PEFT 文件夹中没有它的位置。',
  ],
  [
    'Download the openpi file instead, or train again without LoRA in the backbone.',
    '请改为下载 openpi 文件，或不用主干的 LoRA 重新训练。',
  ],
  // adapter/kept_already.ts
  ['{0}, imported', '{0}，已导入'],
  [
    'Its numbers are not those of "{0}", from which it was exported and which is in the list: both are kept.',
    '其中的数值与它所导出自的“{0}”（在列表中）不同：两个都保留。',
  ],
  // worker/exported.ts
  ["Neither this browser's storage nor its memory has room for {0}.", '这个浏览器的存储空间和内存都放不下 {0}。'],
  // adapter/records.ts
  ["There is no room left in this browser's storage for {0}.", '这个浏览器的存储空间放不下<0>。'],
  ['browser storage', '浏览器存储'],
  [
    'Under Adapter, remove for good what is deleted, or download adapters and then do so with them; or free space on the disk.',
    '请在“适配器”下彻底移除已删除的适配器，或先下载其他适配器再这样移除；也可以腾出磁盘空间。',
  ],
  ['This browser could not keep or read {0} ({1}).', '这个浏览器无法保存或读取<0>（{1}）。'],
  ['This browser could not keep or read {0}.', '这个浏览器无法保存或读取<0>。'],
  [
    'Storage may be switched off, as in a private window: open the page in a normal window, and download what you want to keep.',
    '存储可能已关闭，例如在隐私窗口中：请在普通窗口中打开页面，并下载想保留的内容。',
  ],
  // adapter/robot_form.ts
  ['joint {0} of its {1} is "{2}", where the adapter has "{3}"', '它的<1>的关节 {0} 是“{2}”，而适配器是“{3}”'],
  ['its {0} has {1} joints, where the adapter has {2}', '它的<0>有 {1} 个关节，而适配器有 {2} 个'],
  ['The adapter is for another robot than that of the recording: {0}.', '适配器对应的机器人与录制的不同：<0>。'],
  [
    'Open a recording of the robot that the adapter was trained on, or train a new adapter on this one.',
    '请打开训练这个适配器时所用机器人的录制，或用这份录制训练新的适配器。',
  ],
  [
    'The adapter learned with the camera "{0}", of which the recording has no video.',
    '适配器学习时用了相机“{0}”，而录制中没有它的视频。',
  ],
  [
    'Open a recording with that camera, or train a new adapter on this one.',
    '请打开有这个相机的录制，或用这份录制训练新的适配器。',
  ],
  ['What the adapter says of its robot makes no sense.', '适配器对机器人的说明没有意义。'],
  // adapter/store.ts
  ['the adapters', '适配器'],
  ['This adapter is no longer there.', '这个适配器已不存在。'],
  ['adapter {0}', '适配器 {0}'],
  ['Reload the page to see what is kept.', '请重新载入页面，查看保留了什么。'],
  // base/base.ts
  ['base {0}', '基座 {0}'],
  ['The weights lack {0}.', '权重缺少 {0}。'],
  ['{0} has shape ({1}); the model needs ({2}).', '{0} 的形状是 ({1})；模型需要 ({2})。'],
  ['Could not fetch {0}: {1}', '无法获取 {0}：{1}'],
  ['base model', '基座模型'],
  ['Check the connection and reload the page.', '请检查网络连接，再重新载入页面。'],
  ['{0} answered {1}.', '{0} 返回了 {1}。'],
  ['Reload the page; if it stays so, the site is incomplete.', '请重新载入页面；如果仍然如此，说明网站不完整。'],
  ['{0} is not JSON: {1}', '{0} 不是 JSON：{1}'],
  // adapter/server_policy.ts
  [
    'In openpi the state is the joints as measured, and this adapter learned from the last action.',
    '在 openpi 中，状态是测得的关节，而这个适配器是从上一个动作学习的。',
  ],
  [
    'openpi reads one LeRobot recording, one column of state and one of action with all of its joints, and the run had it otherwise.',
    'openpi 读取一份 LeRobot 录制，一列状态和一列动作，包含全部关节，而这次训练并非如此。',
  ],
  [
    'Convert the recording so that it holds what the run learned, and train on that.',
    '请转换录制，使其只包含训练所学的内容，再用它训练。',
  ],
  // adapter/server_run.ts
  [
    'The adapter does not tell how it was trained, so there is nothing to go on with.',
    '适配器没有说明它是如何训练的，因此无从继续。',
  ],
  [
    'Go on from it here for a step, and take away the adapter of that run.',
    '请在这里从它接着训练一步，再下载那次训练的适配器。',
  ],
  // worker/base_at_hand.ts
  ['The adapters were trained on another version of this base.', '这些适配器是在这个基座的另一个版本上训练的。'],
  ['Open the one that they were trained on, under Model.', '请在“模型”下打开训练它们时用的那一个。'],
  // worker/open_data.ts
  ['The data that the adapter was trained on are not open.', '训练这个适配器所用的数据没有打开。'],
  [
    'The files of "{0}" have the names and sizes of those that the adapter was trained on, and other weights.',
    '“{0}”的文件与训练这个适配器所用的文件同名、同大小，但权重不同。',
  ],
  [
    'Open the model that it was trained on, under Model, and take the file again.',
    '请在“模型”下打开训练它时用的模型，再重新下载。',
  ],
  ['Open them again, then take the folder.', '请重新打开数据，再下载文件夹。'],
];
