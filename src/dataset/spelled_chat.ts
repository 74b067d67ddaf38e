import type { Role, Turn } from './example';

/** How a chat template spells a turn: the mark that opens it, whose first group is the role, and what ends it. */
interface Spelling {
  /** A text is taken for a conversation only where this is in it. */
  readonly sign: RegExp;
  readonly turn: RegExp;
  readonly end: RegExp;
}

const ROLES: Readonly<Record<string, Role>> = {
  system: 'system',
  user: 'user',
  human: 'user',
  instruction: 'user',
  question: 'user',
  input: 'user',
  model: 'assistant',
  assistant: 'assistant',
  response: 'assistant',
  answer: 'assistant',
  output: 'assistant',
};

const SPELLINGS: readonly Spelling[] = [
  { sign: /<start_of_turn>/, turn: /<start_of_turn>(user|model|system)\n/g, end: /<end_of_turn>/ },
  { sign: /<\|im_start\|>/, turn: /<\|im_start\|>(system|user|assistant)\n/g, end: /<\|im_end\|>/ },
  {
    sign: /<\|start_header_id\|>/,
    turn: /<\|start_header_id\|>(system|user|assistant)<\|end_header_id\|>\n*/g,
    end: /<\|eot_id\|>|<\|end_of_text\|>/,
  },
  {
    sign: /<\|(?:user|assistant)\|>/,
    turn: /<\|(system|user|assistant)\|>\n?/g,
    end: /<\|end\|>|<\/s>|<\|endoftext\|>/,
  },
  {
    sign: /^### (?:Response|Assistant|Answer|Output):/m,
    turn: /^### (System|Human|User|Instruction|Question|Input|Assistant|Response|Answer|Output):[ \n]*/gm,
    end: /<\/s>|<\|endoftext\|>|<\|end_of_text\|>/,
  },
];

const INST = /\[INST\]([\s\S]*?)\[\/INST\]([\s\S]*?)(?=<\/s>|<s>|\[INST\]|$)/g;
const SYS = /<<SYS>>([\s\S]*?)<<\/SYS>>/;

/** The turns that a text spells in a known chat template; null where it spells none. */
export function spelledTurns(text: string): readonly Turn[] | null {
  if (text.includes('[INST]') && text.includes('[/INST]')) return instTurns(text);
  const spelling = SPELLINGS.find(({ sign }) => sign.test(text));
  if (!spelling) return null;
  const marks = [...text.matchAll(spelling.turn)];
  const turns = marks.map((mark, i): Turn => {
    const body = text.slice(mark.index + mark[0].length, marks[i + 1]?.index);
    const end = spelling.end.exec(body);
    return { role: ROLES[mark[1]!.toLowerCase()]!, content: (end ? body.slice(0, end.index) : body).trim() };
  });
  return turns.length > 0 ? withPreamble(text.slice(0, marks[0]!.index), turns) : null;
}

/** What stands before the first mark is shown, as a system turn: templates of instructions open with a sentence of their own. */
function withPreamble(before: string, turns: readonly Turn[]): readonly Turn[] {
  const preamble = before.replace(/<bos>|<s>|<\|begin_of_text\|>/g, '').trim();
  return preamble === '' ? turns : [{ role: 'system', content: preamble }, ...turns];
}

function instTurns(text: string): readonly Turn[] {
  return [...text.matchAll(INST)].flatMap(([, asked = '', answered = '']): Turn[] => {
    const system = SYS.exec(asked)?.[1]?.trim();
    return [
      ...(system ? [{ role: 'system', content: system } as const] : []),
      { role: 'user', content: asked.replace(SYS, '').trim() },
      ...(answered.trim() === '' ? [] : [{ role: 'assistant', content: answered.trim() } as const]),
    ];
  });
}
