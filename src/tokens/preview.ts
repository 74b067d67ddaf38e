import type { TokenDataset } from './batches';
import type { PreviewPiece, PreviewWindow } from './report';
import type { TextTokenizer } from './tokenizer';
import type { WindowOrigin } from './windows';

const PREVIEWED = 8;
const PROMPTS = 4;
const PROMPT_WORDS = 12;

/** The first windows as the model will see them, with control tokens named. */
export function previewWindows(
  tokenizer: TextTokenizer,
  dataset: TokenDataset,
  origins: readonly WindowOrigin[],
): PreviewWindow[] {
  const isControl = new Set<number>(Object.values(tokenizer.control));
  return origins.slice(0, PREVIEWED).map(({ file, line, truncatedTokens }, w) => {
    const begin = dataset.offsets[w]!;
    const end = dataset.offsets[w + 1]!;
    const pieces: PreviewPiece[] = [];
    for (let from = begin; from < end; ) {
      const control = isControl.has(dataset.tokens[from]!);
      const alike = (at: number) =>
        dataset.lossMask[at] === dataset.lossMask[from] && isControl.has(dataset.tokens[at]!) === control;
      let to = from + 1;
      while (to < end && alike(to) && !control) to++;
      const text = tokenizer.decode([...dataset.tokens.subarray(from, to)], true);
      pieces.push({ text, trained: dataset.lossMask[from] === 1, ...(control ? { control } : {}) });
      from = to;
    }
    return { file, line, pieces, tokens: end - begin, truncatedTokens };
  });
}

/** Up to 4 different prompts from held-out windows: what the user says first, or the first words of a text. */
export function samplingPrompts(
  tokenizer: TextTokenizer,
  dataset: TokenDataset,
  origins: readonly WindowOrigin[],
): string[] {
  const prompts = new Set<string>();
  for (const w of dataset.heldout) {
    if (prompts.size === PROMPTS) break;
    if (origins[w]!.continues) continue; // a conversation is asked for its beginning
    const tokens = [...dataset.tokens.subarray(dataset.offsets[w], dataset.offsets[w + 1])];
    const prompt = origins[w]!.chat ? firstUserTurn(tokenizer, tokens) : firstWords(tokenizer, tokens);
    if (prompt !== '') prompts.add(prompt);
  }
  return [...prompts];
}

function firstUserTurn(tokenizer: TextTokenizer, tokens: readonly number[]) {
  const { startOfTurn, endOfTurn } = tokenizer.control;
  for (let start = tokens.indexOf(startOfTurn); start >= 0; start = tokens.indexOf(startOfTurn, start + 1)) {
    const end = tokens.indexOf(endOfTurn, start);
    const turn = tokenizer.decode(tokens.slice(start + 1, end < 0 ? tokens.length : end));
    if (turn.startsWith('user\n')) return turn.slice('user\n'.length);
  }
  return '';
}

function firstWords(tokenizer: TextTokenizer, tokens: readonly number[]) {
  const text = tokenizer.decode(tokens);
  // Unless a document begins here, the first word is probably the end of one.
  const whole = tokens[0] === tokenizer.control.bos ? text : text.replace(/^\S*\s+/, '');
  return whole.trim().split(/\s+/).slice(0, PROMPT_WORDS).join(' ');
}
