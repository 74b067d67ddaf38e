import type { ChatTokenizer } from '../../tokens/chat_template';
import { chatPrompt, endsOf, textPrompt } from '../../tokens/chat_tokens';
import type { TextSampler } from './sampler';

export interface Question {
  readonly prompt: string;
  /** True: the prompt is a user's turn. False: text to go on from. */
  readonly chat: boolean;
  /** True: the answer may think aloud first. */
  readonly reasons?: boolean;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed: number;
  /** @param tokensPerSecond of what has been written; 0 before the second token */
  readonly onText?: (text: string, tokensPerSecond: number) => void;
  readonly cancelled?: () => boolean;
}

/** What a model says to a prompt, as text. */
export async function answer(sampler: TextSampler, tokenizer: ChatTokenizer, question: Question): Promise<string> {
  const { prompt, chat, reasons, maxTokens, temperature, topK = 0, topP = 1, seed, onText, cancelled } = question;
  const speed = tokenSpeed();
  const stopAt = endsOf(tokenizer);
  const ids = await sampler.continue(chat ? chatPrompt(tokenizer, prompt, reasons) : textPrompt(tokenizer, prompt), {
    maxTokens,
    temperature,
    topK,
    topP,
    seed,
    stopAt,
    never: new Set([...tokenizer.silent].filter((id) => !stopAt.has(id))),
    onToken: (so_far) => onText?.(tokenizer.decode(so_far), speed(so_far.length)),
    cancelled: cancelled ?? (() => false),
  });
  return ids.length > 0 ? tokenizer.decode(ids) : '';
}

/** Tokens a second since the first, which comes after the prompt has been read. */
function tokenSpeed(): (tokens: number) => number {
  let first = 0;
  return (tokens) => {
    if (tokens === 1) first = performance.now();
    return tokens > 1 ? (1000 * (tokens - 1)) / (performance.now() - first) : 0;
  };
}
