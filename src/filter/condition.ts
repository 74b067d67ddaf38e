/** Whether a condition holds, as far as that can be known without running code: true, false, or null where it cannot. */
import { constant } from './construct';
import type { Token } from './tokenize';
import { isMark, isName, peek, type Reader } from './values';
import { VARIANT_NAMES, type VariantName } from './variants';

type Answer = boolean | null;

/** More brackets than people write, fewer than what exhausts the stack. */
const DEEPEST = 50;

const not = (answer: Answer): Answer => (answer === null ? null : !answer);

/** The answer to what stands in `reader`, up to its end; null where anything in it is not understood. */
export function holds(reader: Reader): Answer {
  const answer = either(reader);
  return peek(reader).kind === 'end' ? answer : null;
}

function either(reader: Reader): Answer {
  let answer = both(reader);
  while (takeName(reader, 'or')) {
    const more = both(reader);
    answer = answer === true || more === true ? true : answer === null || more === null ? null : false;
  }
  return answer;
}

function both(reader: Reader): Answer {
  let answer = negated(reader);
  while (takeName(reader, 'and')) {
    const more = negated(reader);
    answer = answer === false || more === false ? false : answer === null || more === null ? null : true;
  }
  return answer;
}

function negated(reader: Reader): Answer {
  let turned = false;
  while (takeName(reader, 'not')) turned = !turned;
  const answer = single(reader);
  return turned ? not(answer) : answer;
}

function single(reader: Reader): Answer {
  const token = peek(reader);
  if (isMark(token, '(')) {
    if (++reader.depth > DEEPEST) return null;
    reader.at++;
    const answer = either(reader);
    reader.depth--;
    if (!isMark(peek(reader), ')')) return null;
    reader.at++;
    return answer;
  }
  if (token.kind === 'string') return isIn(reader, token.value);
  const variant = variantAt(reader);
  if (variant !== null) return compared(reader, variant);
  if (token.kind !== 'name') return null;
  reader.at++;
  return truthOf(reader, token);
}

/** `"lora" in self.paligemma_variant`, `"lora" not in …`. */
function isIn(reader: Reader, part: string): Answer {
  reader.at++;
  const turned = takeName(reader, 'not');
  if (!takeName(reader, 'in')) return null;
  const variant = variantAt(reader);
  return variant === null ? null : variant.includes(part) !== turned;
}

/** What stands behind a variant: `== "gemma_2b"`, `!= …`, `.endswith("lora")`. */
function compared(reader: Reader, variant: string): Answer {
  const [first, second, third, fourth] = reader.tokens.slice(reader.at) as [Token, Token?, Token?, Token?];
  if (isMark(first, '=', '!') && isMark(second, '=') && third?.kind === 'string') {
    reader.at += 3;
    return (variant === third.value) === (first.text === '=');
  }
  if (!isMark(first, '.') || !isName(second, 'endswith', 'startswith') || !isMark(third, '(')) return null;
  if (fourth?.kind !== 'string' || !isMark(reader.tokens[reader.at + 4], ')')) return null;
  reader.at += 5;
  return second?.text === 'endswith' ? variant.endsWith(fourth.value) : variant.startsWith(fourth.value);
}

/** The variant that `self.paligemma_variant` or the like stands for, and passes it; null where it is none or not known. */
function variantAt(reader: Reader): string | null {
  let at = reader.at;
  while (isName(reader.tokens[at]) && isMark(reader.tokens[at + 1], '.') && !isVariant(reader.tokens[at])) at += 2;
  const name = reader.tokens[at];
  if (!isVariant(name) || !reader.variants) return null;
  reader.at = at + 1;
  return reader.variants[name?.text as VariantName];
}

export const isVariant = (token: Token | undefined) => isName(token, ...VARIANT_NAMES);

/** A list is true where it holds something; a name may stand for True or False. */
function truthOf(reader: Reader, { text }: Token): Answer {
  if (text === 'True' || text === 'False') return text === 'True';
  const found = reader.names.get(text);
  if (!found || found.kind === 'unreadable') return null;
  if (found.kind === 'truth') return found.holds;
  if (found.kind === 'list') return found.of.length > 0;
  const word = constant(reader, found);
  return word === null ? null : word === 'True';
}

function takeName(reader: Reader, name: string): boolean {
  if (!isName(peek(reader), name)) return false;
  reader.at++;
  return true;
}
