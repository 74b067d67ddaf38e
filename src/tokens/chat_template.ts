import type { Turn } from '../dataset/example';
import { asProblem, excerpt, type Outcome, outcome, ProblemError, problem } from '../problem';
import { KNOWN_TEMPLATES, type KnownTemplate } from '../settings/text';
import { type ControlMarks, controlMarks } from './control_marks';
import { compileTemplate, Endless, Refusal, type Render } from './jinja';
import { SOURCES } from './known_templates';
import { openTokenizer, type TextTokenizer } from './tokenizer';
import type { TokenizerFiles } from './tokenizer_json';

/** A tokenizer that writes conversations, or says why it cannot. */
export interface ChatTokenizer extends TextTokenizer {
  readonly chat: Outcome<ChatTemplate>;
}

/** What a template may ask besides the turns. */
export type Variables = Readonly<Record<string, unknown>>;

/** How a model reads a conversation. */
export interface ChatTemplate {
  /** Jinja. */
  readonly source: string;
  readonly marks: ControlMarks;
  /** The control token that a reply ends with. */
  readonly endOfTurn: number;
  /** False: it refuses a turn of the system, or leaves it out; what the system says becomes part of the user's first turn. */
  readonly hasSystem: boolean;
  /**
   * Turns as text, control tokens by name.
   * @param prompt true: with what opens the reply that is asked for
   * @throws ProblemError where the template refuses these turns
   */
  write(turns: readonly Turn[], prompt: boolean, variables: Variables): string;
  /** What it is told where replies think aloud first, and where they do not. */
  variables(reasons: boolean): Variables;
}

/**
 * Opens a model's tokenizer with the chat template that belongs to it.
 * @throws ProblemError as openTokenizer does; a template that cannot be used is a problem of `chat`
 */
export async function openChatTokenizer(files: TokenizerFiles, vocabularySize: number): Promise<ChatTokenizer> {
  const tokenizer = openTokenizer(files, vocabularySize);
  const source = templateIn(files);
  const chat = await outcome(() => {
    if (source === null) throw unusable(NO_TEMPLATE);
    return openTemplate(source, tokenizer);
  });
  return { ...tokenizer, chat: await orTemplates(chat, tokenizer) };
}

/** A tokenizer with the known template that was chosen in place of the model's own. */
export async function withTemplate(
  tokenizer: ChatTokenizer,
  chosen: KnownTemplate | undefined,
): Promise<ChatTokenizer> {
  if (chosen === undefined) return tokenizer;
  const chat = await outcome(() => openTemplate(SOURCES[chosen], tokenizer));
  return { ...tokenizer, chat: await orTemplates(chat, tokenizer) };
}

/** A template; or why there is none, with the known templates that could be: those whose replies end with a token that the model has. */
async function orTemplates(chat: Outcome<ChatTemplate>, tokenizer: TextTokenizer): Promise<Outcome<ChatTemplate>> {
  if (chat.ok) return chat;
  const opened = await Promise.all(
    KNOWN_TEMPLATES.map((name) => outcome(() => openTemplate(SOURCES[name], tokenizer))),
  );
  return { ok: false, problem: { ...chat.problem, templates: KNOWN_TEMPLATES.filter((_, n) => opened[n]!.ok) } };
}

const NO_TEMPLATE = 'The model has no chat template: nothing says how it reads a conversation.';

const unusable = (what: string): ProblemError =>
  new ProblemError({ what, fix: 'Choose one of the known templates, or plain text.', choice: 'template' });

/** The template beside the tokenizer, or in its configuration: one, or the one that is called default among several. */
export function templateIn({ chatTemplate, tokenizerConfig }: TokenizerFiles): string | null {
  if (chatTemplate !== undefined) return chatTemplate;
  const found = (tokenizerConfig as { chat_template?: unknown } | null | undefined)?.chat_template;
  if (typeof found === 'string') return found;
  if (!Array.isArray(found)) return null;
  const named = found as readonly ({ readonly name?: unknown; readonly template?: unknown } | null)[];
  const template = named.find((one) => one?.name === 'default')?.template;
  return typeof template === 'string' ? template : null;
}

/** Says that a reply without reasoning is wanted, to templates that know the word. */
const WITHOUT_REASONING: Variables = { enable_thinking: false };

const ASKED: readonly Turn[] = [{ role: 'user', content: 'a' }];
const ANSWERED: readonly Turn[] = [...ASKED, { role: 'assistant', content: 'b' }];
const INSTRUCTION = 'Zyxwv';
const INSTRUCTED: readonly Turn[] = [{ role: 'system', content: INSTRUCTION }, ...ANSWERED];

/**
 * Reads a template and tries it on a conversation of two turns.
 * @throws ProblemError where it cannot be read, refuses that, or writes a reply otherwise than it asks for it, or without an end
 */
async function openTemplate(source: string, tokenizer: TextTokenizer): Promise<ChatTemplate> {
  const render = await compileTemplate(source).catch((error: unknown) => {
    if (error instanceof ProblemError) throw error;
    throw unusable(`The chat template cannot be read: ${excerpt(asProblem(error).what, 200)}.`);
  });
  const marks = controlMarks(tokenizer.names);
  const write = writer(render, tokenizer);
  // A template that is told so and pays no heed writes its replies as it asks for them only where it is not told.
  const quiet = [WITHOUT_REASONING, {}].find((one) => write(ANSWERED, false, one).startsWith(write(ASKED, true, one)));
  if (quiet === undefined) throw unusable(OTHERWISE);
  const reply = write(ANSWERED, false, quiet).slice(write(ASKED, true, quiet).length);
  const end = marks.find(reply).at(-1);
  if (end === undefined) throw unusable('The chat template ends a reply with no control token of this model.');
  const instructed = await outcome(() => write(INSTRUCTED, false, quiet));
  return {
    source,
    marks,
    endOfTurn: end.id,
    hasSystem: instructed.ok && instructed.value.includes(INSTRUCTION),
    write,
    variables: (reasons) => (reasons ? {} : quiet),
  };
}

export const OTHERWISE =
  'The chat template writes a reply otherwise than it asks for it, so no part of it can be learned.';

/** Names and values that a template finds, as transformers gives them. */
function writer(render: Render, { control, names }: TextTokenizer): ChatTemplate['write'] {
  const { bos, eos, pad } = control;
  const named = (key: string, id: number | null | undefined) => {
    const name = typeof id === 'number' ? names.get(id) : undefined;
    return name === undefined ? {} : { [key]: name };
  };
  const tokens = { ...named('bos_token', bos), ...named('eos_token', eos[0]), ...named('pad_token', pad) };
  return (turns, prompt, variables) => {
    const messages = turns.map(({ role, content }) => ({ role, content }));
    const given = { messages, tools: null, documents: null, add_generation_prompt: prompt, date_string: '26 Jul 2024' };
    try {
      return render({ ...tokens, ...given, ...variables });
    } catch (error) {
      throw refused(error);
    }
  };
}

function refused(error: unknown): ProblemError {
  if (error instanceof Endless) return problem(ENDLESS, 'chat template', OTHER_CONVERSATION);
  const sentence = JSON.stringify(excerpt(asProblem(error).what, 200));
  const what =
    error instanceof Refusal
      ? `The chat template refuses the conversation: ${sentence}.`
      : `The chat template cannot write the conversation: ${sentence}.`;
  return problem(what, 'chat template', OTHER_CONVERSATION);
}

const ENDLESS = 'The chat template goes on for too long to write the conversation.';
const OTHER_CONVERSATION = 'Change the conversation, leave it out, or choose another template.';
