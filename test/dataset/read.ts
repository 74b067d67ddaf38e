import type { Example } from '../../src/dataset/example';
import { readFile } from '../../src/dataset/read_file';
import type { TableColumns } from '../../src/settings/text';

export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text));

export const bytes = (...parts: readonly (string | readonly number[])[]): Bytes =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...utf8(part)] : [...part])));

/** Reads a file to its end. */
export async function readFrom(file: File, columns?: TableColumns, voice?: string) {
  const examples: Example[] = [];
  const report = await readFile(file, { columns, voice }, (example) => examples.push(example));
  return { examples, report, problems: report.problems };
}

/** Reads a file of this name and content to its end. */
export const read = (name: string, content: string | Bytes, columns?: TableColumns, voice?: string) =>
  readFrom(new File([content], name), columns, voice);

/** An example in short: its line, then turns as "role: content", or the text. */
export const brief = (example: Example) =>
  example.kind === 'text'
    ? `${example.line}| ${example.text}`
    : `${example.line}| ${example.turns.map(({ role, content }) => `${role}: ${content}`).join(' / ')}`;

/** A sequence of 32-bit integers that a seed decides (xorshift). */
export function numbers(seed: number) {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
