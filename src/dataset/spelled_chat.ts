/** A turn as a text spells it; `readTurn` knows the roles. */
export interface SpelledTurn {
  readonly role: string;
  readonly content: string;
}

/** How a chat template spells a turn: the mark that opens it, whose first group is the role, and what ends it. */
interface Spelling {
  /** A text is taken for a conversation only where all of these are in it. */
  readonly signs: readonly RegExp[];
  readonly turn: RegExp;
  readonly end: RegExp;
}

/** Roles that are called otherwise in templates alone. */
const ROLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    instruction: 'user',
    question: 'user',
    input: 'user',
    response: 'assistant',
    answer: 'assistant',
    output: 'assistant',
    'function response': 'tool',
  }),
);

const END = /<\/s>|<\|endoftext\|>|<\|end_of_text\|>/;

const SPELLINGS: readonly Spelling[] = [
  { signs: [/<start_of_turn>\w/], turn: /<start_of_turn>(\w+)\n/g, end: /<end_of_turn>/ },
  { signs: [/<\|im_start\|>\w/], turn: /<\|im_start\|>(\w+)\n/g, end: /<\|im_end\|>/ },
  {
    signs: [/<\|start_header_id\|>/],
    turn: /<\|start_header_id\|>(\w+)<\|end_header_id\|>\n*/g,
    end: /<\|eot_id\|>|<\|eom_id\|>|<\|end_of_text\|>/,
  },
  {
    signs: [/<\|header_start\|>/],
    turn: /<\|header_start\|>(\w+)<\|header_end\|>\n*/g,
    end: /<\|eot\|>|<\|eom\|>|<\|end_of_text\|>/,
  },
  {
    signs: [/<\|start\|>\w+[^<]*<\|/],
    turn: /<\|start\|>(\w+)[^<]*(?:<\|channel\|>[^<]*)?(?:<\|constrain\|>[^<]*)?<\|message\|>/g,
    end: /<\|end\|>|<\|return\|>|<\|call\|>/,
  },
  {
    signs: [/<\|(?:user|assistant)\|>/],
    turn: /<\|(system|user|assistant|tool|observation)\|>\n?/g,
    end: /<\|end\|>|<\/s>|<\|endoftext\|>/,
  },
  {
    signs: [/<\uff5cAssistant\uff5c>/],
    turn: /<\uff5c(User|Assistant)\uff5c>/g,
    end: /<\uff5cend\u2581of\u2581sentence\uff5c>/,
  },
  { signs: [/### (?:Human|User):/, /### Assistant:/], turn: /### (System|Human|User|Assistant):[ \n]*/g, end: END },
  {
    signs: [/^### (?:Response|Assistant|Answer|Output):/m],
    turn: /^### (System|Human|User|Instruction|Question|Input|Assistant|Response|Answer|Output):[ \n]*/gm,
    end: END,
  },
  {
    signs: [/(?:^|\s|>)USER: /, /\sASSISTANT:/],
    turn: /(?:^|\s|(?<=>))(SYSTEM|USER|ASSISTANT|FUNCTION RESPONSE):[ \n]?/g,
    end: END,
  },
  {
    signs: [/^\s*(?:Human|User): /, /\n(?:Assistant|AI|Bot):/],
    turn: /(?:^|\n)[ \t]*(Human|User|Assistant|AI|Bot):[ \n]?/g,
    end: END,
  },
];

/** What no person writes: a text with one of these spells a template, whole or in part. */
const MARKS =
  /<\|im_(?:start|end)\|>|<(?:start|end)_of_turn>|\[\/INST\]|<\|(?:start_header_id|eot_id|header_start)\|>|<\|(?:user|assistant)\|>|<\uff5c(?:User|Assistant)\uff5c>/;

export const hasTemplateMarks = (text: string): boolean => MARKS.test(text);

const SYS = /<<SYS>>([\s\S]*?)<<\/SYS>>/;

/** The turns that a text spells in a known chat template; null where it spells none. */
export function spelledTurns(text: string): readonly SpelledTurn[] | null {
  if (text.includes('[INST]') && text.includes('[/INST]')) return instTurns(text);
  const spelling = SPELLINGS.find(({ signs }) => signs.every((sign) => sign.test(text)));
  if (!spelling) return null;
  const marks = [...text.matchAll(spelling.turn)];
  const turns: SpelledTurn[] = [];
  for (const [i, mark] of marks.entries()) {
    const body = text.slice(mark.index + mark[0].length, marks[i + 1]?.index);
    const end = spelling.end.exec(body);
    const content = (end ? body.slice(0, end.index) : body).trim();
    const name = mark[1]!.toLowerCase();
    const last = turns.at(-1);
    if (name === 'input' && last?.role === 'user') {
      turns[turns.length - 1] = { role: 'user', content: `${last.content}\n\n${content}` };
    } else turns.push({ role: ROLES.get(name) ?? name, content });
  }
  return turns.length > 0 ? withPreamble(text.slice(0, marks[0]!.index), turns) : null;
}

/** What stands before the first mark is shown, as a system turn: templates of instructions open with a sentence of their own. */
function withPreamble(before: string, turns: readonly SpelledTurn[]): readonly SpelledTurn[] {
  const preamble = before
    .replace(/<bos>|<s>|<\|begin_of_text\|>|<\uff5cbegin\u2581of\u2581sentence\uff5c>/g, '')
    .trim();
  return preamble === '' ? turns : [{ role: 'system', content: preamble }, ...turns];
}

function instTurns(text: string): readonly SpelledTurn[] {
  const [, ...exchanges] = text.split('[INST]');
  return exchanges.flatMap((exchange) => {
    const [asked = '', ...rest] = exchange.split('[/INST]');
    const answered = rest
      .join('')
      .split(/<\/?s>/, 1)[0]!
      .trim();
    const system = SYS.exec(asked)?.[1]?.trim();
    return [
      ...(system ? [{ role: 'system', content: system }] : []),
      { role: 'user', content: asked.replace(SYS, '').trim() },
      ...(answered === '' ? [] : [{ role: 'assistant', content: answered }]),
    ];
  });
}
