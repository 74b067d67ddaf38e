export const words = {
  title: '查看录制',
  episode: '回合',
  heldout: '留出',
  heldoutMeaning: '留出：从不用于训练。',
  episodeOf: (episode: string, length: string) => `${episode} · ${length}`,
  episodeTask: (task: string) => `要求：${task}`,

  play: '播放',
  pause: '暂停',
  place: '回合中的位置',
  frameOf: (frame: string, last: string) => `第 ${frame} 帧，末帧 ${last}`,

  pictureOf: (camera: string, time: string) => `${camera} 在 ${time}的画面`,
  noPicture: '这一刻没有画面。',
  fetching: '解码中',
  noCamera: '没有录制相机，或者它的画面都无法读取。',
  goTo: (time: string) => `跳到 ${time}`,

  lines: { action: '动作', state: '状态', recorded: '录制', predicted: '适配器', base: '仅基座' },
  linesMeaning: {
    action: '指令要求关节到达的位置。',
    state: '测得的关节位置。',
    recorded: '录制中实际做出的动作。',
    predicted: '基座加上适配器的动作。',
    base: '没有适配器的基座的动作。',
  },
  shown: '曲线',
  joints: (shown: string, all: string) => `显示的关节：${all} 个中的 ${shown} 个`,
  jointsAll: '全部',
  jointsNone: '全不选',
  chart: (joint: string, lines: string, low: string, high: string) =>
    `${joint} 随时间的变化：${lines}，从 ${low} 到 ${high}。各位置的数值见下方表格。`,
  valuesAt: (time: string) => `${time}时的数值表`,
  joint: '关节',
  noJoints: '没有选择关节。',
  reading: '正在读取回合…',

  armLabel: '手臂侧视图，按关节角度绘制。数值见下方表格。',
  armSchematic: '示意图：角度取自录制，按度理解；连杆长度大致为 SO-101 的长度。小圆盘表示底座的转动。',

  learned: {
    none: (joints: string) => `${joints}中，没有一个是适配器最接近录制。`,
    worse: (joints: string, names: string) => `有 ${joints}不如仅用基座：${names}。`,
    better: '每个关节都比仅用基座更接近。',
  },
  errors: '逐个关节的误差',
} as const;
