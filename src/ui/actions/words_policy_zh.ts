/** Chinese of words_policy.ts. */
export const words = {
  title: '自己的策略',
  lead: '本页自带的基座是小尺寸的 π0，不认识任何机器人。可以打开你磁盘上的 π0 或 π0.5 检查点，openpi 或 LeRobot 的都行：它的文件夹（model.safetensors、config.json），以及放在其中或旁边的 PaliGemma 的 tokenizer.json。模型只在这里逐层读取，不会传到别处。',
  facts: (name: string, kind: string, naming: string, parameters: string, size: string, stored: string) =>
    `${name}：${kind}，${naming} 的命名，${parameters} 个参数，文件共 ${size}，权重以 ${stored} 存放。`,
  stats: '它带有训练时所用的统计量。训练会测量录制数据自己的统计量，除非你在“数据”下选择它的。',
  streamed: '逐层读取模型',
  streamedMeaning:
    '在第一步之前，图像和文字经过动作专家之前的全部部分一次，每次只有一层在 GPU 上；动作专家从每一帧看到的内容保存在磁盘上。所需显存少得多。',
  streamedLocked: '自己的策略总是这样读取。',
  chunk: '动作块',
  chunkMeaning: '从一个时刻预测的动作数。',
  cameras: '相机',
  camerasMeaning: '它可容纳的图像的名称，按顺序排列。',
};
