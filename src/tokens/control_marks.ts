/** Where control tokens stand in what a template writes, and how texts of the data are kept from being taken for them. */
export interface ControlMarks {
  /** The names in a text, in order: where each begins and ends, and its token. */
  find(text: string): readonly Mark[];
  /** The texts with no name in them, as one can be told from what a template adds. */
  hide(texts: readonly string[]): Hidden;
}

export interface Mark {
  readonly at: number;
  readonly end: number;
  readonly id: number;
}

export interface Hidden {
  readonly texts: readonly string[];
  /** A part of a text as it was. */
  show(part: string): string;
}

/** A code point that is set aside for a program's own use, and never a character. */
const NONE = '\ufdd0';

export function controlMarks(names: ReadonlyMap<number, string>): ControlMarks {
  const ids = new Map([...names].map(([id, name]) => [name, id]));
  const longestFirst = [...ids.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map((name) => name.replace(/[^\w\s]/g, '\\$&')).join('|') || '(?!)', 'g');
  return {
    find: (text) =>
      Array.from(text.matchAll(pattern), ({ 0: name, index }) => ({
        at: index,
        end: index + name.length,
        id: ids.get(name)!,
      })),
    hide: (texts) => {
      const longest = texts
        .flatMap((text) => text.match(/\ufdd0+/g) ?? [])
        .reduce((n, run) => Math.max(n, run.length), 0);
      const seam = NONE.repeat(longest + 1); // longer than any run in the texts
      const broken = (name: string) => [...name, ''].join(seam);
      return {
        texts: texts.map((text) => text.replace(pattern, broken)),
        show: (part) => part.replaceAll(seam, ''),
      };
    },
  };
}
