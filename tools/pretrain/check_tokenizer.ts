/**
 * Does @huggingface/tokenizers give the ids that check_tokenizer.py wrote, and restore every text?
 *   npx tsx check_tokenizer.ts ../../public/base/text cases.jsonl
 */
import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';

const [base, cases] = process.argv.slice(2);
if (!base || !cases) throw new Error('usage: check_tokenizer.ts BASE_FOLDER CASES_FILE');

const json = (name: string) => JSON.parse(readFileSync(`${base}/${name}`, 'utf8'));
const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
const same = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((id, i) => id === b[i]);

const wrong = { ids: 0, text: 0 };
const report = (kind: 'ids' | 'text', ...what: unknown[]) => {
  if (wrong[kind]++ < 5) console.log(kind, 'differ', ...what.map((value) => JSON.stringify(value)));
};
const lines = readFileSync(cases, 'utf8').trimEnd().split('\n');
for (const line of lines) {
  const { text, ids, with_bos } = JSON.parse(line) as { text: string; ids: number[]; with_bos: number[] };
  const plain = tokenizer.encode(text, { add_special_tokens: false }).ids;
  if (!same(plain, ids) || !same(tokenizer.encode(text).ids, with_bos)) report('ids', text, plain, ids);
  const back = plain.length ? tokenizer.decode(plain, { skip_special_tokens: false }) : '';
  if (back !== text) report('text', text, back);
}
console.log(`${lines.length} strings, ${wrong.ids} with other ids, ${wrong.text} not restored`);
process.exit(wrong.ids + wrong.text ? 1 : 0);
