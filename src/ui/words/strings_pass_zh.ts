import type { Translated } from './language';
import type { passStrings } from './strings_pass';

/** Chinese of strings_pass.ts. */
export const passStringsZh: Translated<typeof passStrings> = {
  pass: {
    title: '第一步之前',
    meaning: '各帧经过动作专家之前的全部部分，每次只有一层在 GPU 上。',
    frames: '帧',
    memory: '显存',
    memoryMeaning: '任一时刻的最大值：正在计算的一层、下一层，以及一块帧在两层之间保留的内容。训练开始时全部释放。',
    training: '之后训练',
    trainingMeaning: '训练期间的最大值。',
    disk: '磁盘',
    diskMeaning: '每一个尚未保存的帧的键和值，保存在这个浏览器里；已保存的帧不再占用更多。',
    time: '时间',
    timeMeaning: '根据一帧的程序在这台设备上所花的时间，或者最近各帧所花的时间；已保存的帧不花时间。',
    about: (time) => `大约 ${time}`,
    noTime: '不花时间',
    notMeasured: '尚未测量',
    measure: '测量',
    measureMeaning: '在这台设备上运行这个模型的程序，不用它的权重：有显卡时一两秒，没有显卡而模型很大时几分钟。',
    measuring: '正在测量……',
    spread: (training, heldout) =>
      `用 ${training}来学习，均匀分布在各训练回合里，越长的回合给出越多；用留出回合的 ${heldout} 帧来衡量。`,
    oneOfTask: '没有相机时，同一任务的所有帧都相同：每个任务只有一帧经过模型。',
    keptAlready: (kept, frames) => `${frames}中的 ${kept} 帧已经保存。`,
    ifSame: '前提是模型的文件仍与当时相同：训练开始时会读取它们。',
    room: (free) => `还可以存放 ${free}。`,
    makesRoom: (free, more) =>
      `还可以存放 ${free}。另外的 ${more} 会在训练开始时通过移除为其他帧保存的内容腾出，最久未用的先移除。`,
    noRoom: (disk, free) =>
      `磁盘上需要 ${disk}，而这个浏览器还可以存放 ${free}。请用更少的帧来学习、在“模型”里删除保存的帧，或者腾出磁盘空间。`,
    learnFrom: (frames) => `用 ${frames}来学习`,
    onDisk: (bytes) => `磁盘上 ${bytes}`,
    learnsFrom: (frames) => `训练将用 ${frames}来学习。`,
    overBudget: (bytes, budget) => `${bytes} 超出了 ${budget} 的预算。减少相机会占用更少；“冻结”里列出了能容纳的选择。`,
    kept: {
      title: '保存的帧',
      lead: '模型的冻结部分对录制的各帧给出的结果：在相同的帧上训练时不必重新计算。',
      all: (bytes) => `共 ${bytes}。`,
      allAndRoom: (bytes, free) => `共 ${bytes}；还可以再存放 ${free}。`,
      of: (model, recording) => `${model} · ${recording}`,
      damaged: '已损坏，不能使用',
      inUse: '使用中',
      remove: '删除',
      removeNamed: (name) => `删除 ${name} 的帧`,
      frees: (bytes) => `腾出 ${bytes}；需要这些帧的训练会重新计算它们。`,
      removed: (bytes) => `这些帧已删除：腾出 ${bytes}。`,
    },
  },
};
