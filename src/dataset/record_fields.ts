/** Names of fields, as people give them to the parts of a record. */
import { TOOLS } from './tools';

export type Pair = readonly [form: string, prompt: string, completion: string, input?: string | undefined];

const PROMPT = 'prompt and completion';
const ALPACA = 'instructions (Alpaca)';
const QUESTION = 'questions and answers';
const SUMMARY = 'texts and summaries';

/** Pairs of names for what is shown and what is learned; a third names further input that joins what is shown. */
export const PAIRS: readonly Pair[] = [
  [PROMPT, 'prompt', 'completion', 'context'],
  [PROMPT, 'prompt', 'response', 'context'],
  [ALPACA, 'instruction', 'output', 'input'],
  [ALPACA, 'instruction', 'response', 'context'],
  [QUESTION, 'question', 'answer', 'context'],
  [PROMPT, 'prompt', 'output', 'input'],
  [PROMPT, 'prompt', 'answer', 'context'],
  [PROMPT, 'query', 'response', 'context'],
  [PROMPT, 'query', 'answer', 'context'],
  [ALPACA, 'instruction', 'answer', 'input'],
  [ALPACA, 'instruction', 'completion', 'input'],
  [QUESTION, 'question', 'response', 'context'],
  [QUESTION, 'question', 'output', 'context'],
  [QUESTION, 'problem', 'solution', 'context'],
  [QUESTION, 'problem', 'answer', 'context'],
  [PROMPT, 'user', 'assistant', 'context'],
  [PROMPT, 'human', 'assistant', 'context'],
  [PROMPT, 'input', 'output', 'context'],
  [PROMPT, 'input', 'response', 'context'],
  [PROMPT, 'input', 'target', 'context'],
  [PROMPT, 'source', 'target'],
  [SUMMARY, 'document', 'summary'],
  [SUMMARY, 'article', 'summary'],
  [SUMMARY, 'article', 'highlights'],
  [SUMMARY, 'dialogue', 'summary'],
];

/** Fields beside a form's own that carry meaning, and are read or spoken of whatever the form. */
export const SYSTEM = ['system', 'system_prompt', 'system_message', 'system_instruction', 'systemInstruction'];
export const WEIGHTS = ['weight', 'loss', 'train'];
export const HISTORY = 'history';
/** Whether a reply was wanted. */
export const LABELS = ['label', 'kto_tag'];
export const BESIDE = [...SYSTEM, HISTORY, ...TOOLS, ...LABELS, 'weight', 'loss_mask'];
