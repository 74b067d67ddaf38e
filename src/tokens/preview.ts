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
  const isControl = (at: number) => tokenizer.names.has(dataset.tokens[at]!);
  return origins.slice(0, PREVIEWED).map(({ file, line, truncatedTokens }, w) => {
    const begin = dataset.offsets[w]!;
    const end = dataset.offsets[w + 1]!;
    // A piece is what it adds to the text: alone, its first word could lack the space before it.
    const shown = (to: number) => tokenizer.decode([...dataset.tokens.subarray(begin, to)], true);
    const pieces: PreviewPiece[] = [];
    let before = '';
    for (let from = begin; from < end; ) {
      const control = isControl(from);
      const alike = (at: number) => dataset.lossMask[at] === dataset.lossMask[from] && isControl(at) === control;
      let to = from + 1;
      while (to < end && alike(to) && !control) to++;
      const after = shown(to);
      const text = after.slice(before.length);
      pieces.push({ text, trained: dataset.lossMask[from] === 1, ...(control ? { control } : {}) });
      before = after;
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
    const { chat, asked = [0, 0] } = origins[w]!;
    const prompt = chat ? tokenizer.decode(tokens.slice(...asked), false, 'text') : firstWords(tokenizer, tokens);
    if (prompt !== '') prompts.add(prompt);
  }
  return [...prompts];
}

function firstWords(tokenizer: TextTokenizer, tokens: readonly number[]) {
  const text = tokenizer.decode(tokens);
  // Unless a document begins here, the first word is probably the end of one.
  const begins = tokens[0] === tokenizer.control.opening[0];
  const whole = begins ? text : text.replace(/^\S*\s+/, '');
  return whole.trim().split(/\s+/).slice(0, PROMPT_WORDS).join(' ');
}
