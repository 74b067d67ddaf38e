import type { ChatExample } from '../dataset/example';
import { problemLog } from '../dataset/problem_log';
import { type Problem, ProblemError } from '../problem';
import type { ChatTokenizer } from './chat_template';
import { chatSequences } from './chat_tokens';
import type { AddedChat, WindowBuilder } from './windows';

/** The conversations of one file on their way into windows. */
export interface Conversations {
  /** Null where the template refuses it, which becomes a problem. */
  add(example: ChatExample): AddedChat | null;
  refused(): number;
  problems(): readonly Problem[];
}

const SYSTEM = {
  what: "The model's chat template has no turn of the system: what it says is shown as the beginning of the user's first turn.",
  fix: 'Nothing needs to be done; ask the finished adapter in the same form.',
};

/** Adds a file's conversations to windows, as the model's chat template lets it. */
export function conversations(tokenizer: ChatTokenizer, builder: WindowBuilder, file: string): Conversations {
  const { chat } = tokenizer;
  const log = problemLog(file);
  let refused = 0;
  return {
    add(example) {
      try {
        const added = builder.addChat(example);
        if (chat.ok && !chat.value.hasSystem && example.turns[0]?.role === 'system') log.note(example.line, SYSTEM);
        return added;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const { what, fix = '', choice } = error.problem;
        if (chat.ok || error.problem !== chat.problem) log.atLine(example.line, what, fix, choice);
        refused++;
        return null;
      }
    },
    refused: () => refused,
    problems: () => (!chat.ok && refused > 0 ? [{ ...chat.problem, where: file }] : log.list()),
  };
}

/** Tokens of a conversation's sequences; none where the template refuses it. */
export function lengthsOf(tokenizer: ChatTokenizer, { turns }: ChatExample): readonly number[] {
  try {
    return chatSequences(tokenizer, turns).map(({ tokens }) => tokens.length);
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}
