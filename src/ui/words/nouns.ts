import type { Language } from './language';

/** What the page counts: in English one and many, in Chinese with its measure word. */
const words = {
  action: ['action', 'actions', '个动作'],
  adapter: ['adapter', 'adapters', '个适配器'],
  episode: ['episode', 'episodes', '个回合'],
  evaluation: ['evaluation', 'evaluations', '次评估'],
  example: ['example', 'examples', '个样例'],
  field: ['field', 'fields', '项设置'],
  file: ['file', 'files', '个文件'],
  frame: ['frame', 'frames', '帧'],
  heldout: ['held-out window', 'held-out windows', '个留出窗口'],
  joint: ['joint', 'joints', '个关节'],
  layer: ['layer', 'layers', '层'],
  leaf: ['leaf', 'leaves', '个参数张量'],
  message: ['message', 'messages', '条消息'],
  sample: ['sample', 'samples', '个样本'],
  stage: ['stage', 'stages', '个阶段'],
  step: ['step', 'steps', '步'],
  token: ['token', 'tokens', '个词元'],
  unfinished: ['unfinished run', 'unfinished runs', '次未完成的训练'],
  window: ['window', 'windows', '个窗口'],
} as const satisfies Record<string, readonly [one: string, many: string, chinese: string]>;

export type Noun = keyof typeof words;

/** A number, as it is written, with what it counts. */
export const nouns: Readonly<Record<Language, (written: string, isOne: boolean, noun: Noun) => string>> = {
  en: (written, isOne, noun) => `${written} ${words[noun][isOne ? 0 : 1]}`,
  zh: (written, _isOne, noun) => `${written} ${words[noun][2]}`,
};

/** A unit as it stands after a number: after 1, "windows" is "window". */
export function unitAfter(value: number, unit: string): string {
  const noun = Object.values(words).find(([, many]) => many === unit);
  return noun && value === 1 ? noun[0] : unit;
}
