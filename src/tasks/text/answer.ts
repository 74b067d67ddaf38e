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
  readonly seed: number;
  readonly onText?: (text: string) => void;
  readonly cancelled?: () => boolean;
}

/** What a model says to a prompt, as text. */
export async function answer(sampler: TextSampler, tokenizer: ChatTokenizer, question: Question): Promise<string> {
  const { prompt, chat, reasons, maxTokens, temperature, seed, onText, cancelled } = question;
  const stopAt = endsOf(tokenizer);
  const ids = await sampler.continue(chat ? chatPrompt(tokenizer, prompt, reasons) : textPrompt(tokenizer, prompt), {
    maxTokens,
    temperature,
    seed,
    stopAt,
    never: new Set([...tokenizer.silent].filter((id) => !stopAt.has(id))),
    onToken: (so_far) => onText?.(tokenizer.decode(so_far)),
    cancelled: cancelled ?? (() => false),
  });
  return ids.length > 0 ? tokenizer.decode(ids) : '';
}
