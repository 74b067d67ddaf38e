/** A quantifier, and whether it is lazy or possessive. */
const QUANTIFIER = /(?:[*+?]|\{\d*,?\d*\})[?+]?/y;
const ONCE = /^(?:\?|\{0?,?1\}|\{1,1\})/;
const FIXED = /^\{\d+\}/;
/** What stands at the beginning of a group and is no part of what it matches. */
const GROUP_KIND = /\?(?:<?[=!]|[a-zA-Z-]*:|>|<\w+>)/y;
/** Whatever is escaped, and a class of characters. */
const ATOM = /\\(?:[pPuxk](?:\{[^}]*\}|<[^>]*>)?|[\s\S])|\[\]?(?:\\[\s\S]|[^\]\\])*\]/y;

/**
 * Whether a pattern of a tokenizer repeats a group that itself matches the same text in several ways, as (a+)+ and (a|aa)* do: a browser
 * tries all of them, twice as many for each letter more. No tokenizer that is known does.
 */
export function mayHang(pattern: string): boolean {
  /** Of each group that is open, whether its length is left open. */
  const varies = [false];
  const matchAt = (form: RegExp, at: number) => {
    form.lastIndex = at;
    return form.exec(pattern)?.[0] ?? '';
  };
  const note = (quantifier: string) => {
    if (quantifier !== '' && !FIXED.test(quantifier)) varies[varies.length - 1] = true;
  };
  for (let at = 0; at < pattern.length; ) {
    const atom = matchAt(ATOM, at);
    const letter = pattern[at]!;
    at += Math.max(1, atom.length);
    if (atom !== '') continue;
    if (letter === '(') {
      varies.push(false);
      at += matchAt(GROUP_KIND, at).length;
    } else if (letter === ')' && varies.length > 1) {
      const quantifier = matchAt(QUANTIFIER, at);
      const inside = varies.pop();
      if (inside && quantifier !== '' && !ONCE.test(quantifier)) return true;
      note(quantifier);
      if (inside) varies[varies.length - 1] = true;
      at += quantifier.length;
    } else if (letter === '|') varies[varies.length - 1] = true;
    else {
      const quantifier = matchAt(QUANTIFIER, at - 1);
      note(quantifier);
      at += Math.max(0, quantifier.length - 1);
    }
  }
  return false;
}
