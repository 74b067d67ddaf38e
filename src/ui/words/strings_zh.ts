import { abilityStringsZh } from './strings_abilities_zh';
import { autoStringsZh } from './strings_auto_zh';
import { freezeStringsZh } from './strings_freeze_zh';
import { panelStringsZh } from './strings_panels_zh';
import { passStringsZh } from './strings_pass_zh';
import { runStringsZh } from './strings_run_zh';
import { runsStringsZh } from './strings_runs_zh';
import { shelfStringsZh } from './strings_shelf_zh';

/** Chinese of strings.ts. */
export const words = {
  ...panelStringsZh,
  ...passStringsZh,
  ...runStringsZh,
  ...runsStringsZh,
  ...shelfStringsZh,
  ...autoStringsZh,
  ...freezeStringsZh,
  ...abilityStringsZh,

  product: 'Adaptab',
  close: '关闭',
  dismiss: '知道了',
  undo: '撤销',
  skipToPanel: '跳到面板',
  licences: '许可证',

  header: {
    checking: '正在检查这台设备…',
    noGpu: '没有可用的 GPU',
    software: '较慢：没有使用显卡',
    deviceTitle: '这个浏览器和 GPU 能做什么',
    deviceOpen: (name: string) => `${name}：这个浏览器和 GPU 能做什么`,
    yes: '是',
    no: '否',
    largestBuffer: '最大的单个缓冲',
    largestBufferMeaning: '任何一个张量都不能超过这么多字节。',
    largestBinding: '一个内核中最大的一块',
    largestBindingMeaning: '一个 GPU 程序一次能看到的缓冲大小；更大的张量会被切成几块。',
    online: '在线',
    offline: '离线',
    ready: '可离线使用',
    offlineMeaning: '页面、模型和示例都已存入这个浏览器：训练、试用和导出都不需要网络。',
    onlineMeaning: '页面完成存储之后，没有网络也能使用。',
    storing: '正在存储以供离线使用…',
    storeFailed: '需要网络',
    update: '更新',
    updateMeaning: '有新版本。按下后即切换；请先完成或停止训练，其他标签页中的也一样。',
    updating: '正在切换到新版本…',
    install: '安装',
    theme: '主题',
    themes: { system: '跟随系统', light: '浅色', dark: '深色' },
    language: '语言',
    languageFailed: '这种语言的文字无法载入。',
    languageFailedFix: '请检查网络，然后重新载入页面。',
  },

  opening: {
    promise: '在这个标签页里，用你的数据、你的 GPU 微调模型。',
    nothingLeaves: '什么都不会离开这里。',
    sample: (title: string, description: string) => `使用“${title}”。${description}`,
    beginning: '正在读取样例，读完即开始运行。',
    recording: '一次训练的录像',
    pause: '暂停',
    play: '播放',
    caption: (title: string, day: string, steps: string, time: string, device: string) =>
      `“${title}”，录于 ${day}：${steps}，在 ${device} 上用时 ${time}。播放已加速。`,
    softwareGpu: '软件 GPU',
    failed: '无法载入录像。',
  },

  link: {
    copy: '复制这套设置的链接',
    copied: '链接已复制：它会以同样的任务、过滤器和设置打开本页面。其中没有你的数据。',
    refused: '浏览器不允许复制链接。它在地址栏中。',
    unknown: (names: string) => `链接中有本页面不认识的设置：${names}。`,
  },

  task: {
    label: '任务',
    busy: '训练正在进行：请先停止，再切换任务。',
  },

  path: {
    label: '流程',
    names: { data: '数据', model: '模型', freeze: '冻结', train: '训练', adapter: '适配器' },
    noData: '尚未打开',
    reading: '正在读取…',
    noModel: '正在载入…',
    modelLine: (parameters: string, rank: string) => `${parameters} 个参数，秩 ${rank}`,
    freezeLine: (frozen: string, all: string) => `冻结 ${frozen} / ${all} 个参数张量`,
    freezeSaves: (line: string, change: string) => `${line}，${change}`,
    freezeHere: (line: string) => `本页面的模型：${line}`,
    freezeNothing: '没有冻结',
    freezeWrong: '表达式有错误',
    trainReady: (steps: string) => `${steps}，就绪`,
    trainWaiting: '等待数据',
    trainWrong: (fields: string) => `${fields}需要修正`,
    trainUnfinished: '有训练可以继续',
    noAdapters: '还没有',
  },

  problem: {
    unexpected: '发生了意料之外的情况。',
    unexpectedFix: '已保存的内容是安全的。请重试；如果再次发生，请重新载入页面。',
    workerDied: '训练线程出错了。',
    workerDiedFix: '请重新载入页面：最近一个检查点之前的内容都已保存。',
    where: '位置',
    fix: '怎么办',
    more: (count: string) => `另外还有 ${count} 个`,
    goTo: (field: string) => `前往“${field}”`,
  },
} as const;
