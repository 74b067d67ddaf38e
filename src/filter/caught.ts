/** Patterns that mean one module and, by the same letters, catch leaves of another. */
import type { Expression } from './expression';
import { type Module, modulesOf } from './modules';
import type { Atom } from './pattern_repair';
import { both, isEmpty, type Mask, matched, type Tree, without } from './tree';

export interface Caught {
  readonly meant: Module;
  readonly beside: Module;
  /** The leaves that hardly were meant. */
  readonly accident: Mask;
  /** The pattern without them; null where that is not plain. */
  readonly repaired: Expression | null;
}

/** What a pattern catches beside what it means: by a name's end, such as "_1", or by a word within a longer one. */
export const caughtBeside = (tree: Tree, atom: Atom): Caught | null => byExpert(tree, atom) ?? byWord(tree, atom);

/** The pattern without the leaves of the image tower that it catches beside the whole expert; null where it catches none. */
export const narrowed = (tree: Tree, atom: Atom): Expression | null => byExpert(tree, atom)?.repaired ?? null;

/** The whole action expert, and single leaves of the image tower. */
function byExpert(tree: Tree, atom: Atom): Caught | null {
  const mask = matched(tree, atom);
  const modules = modulesOf(tree);
  const meant = modules.find((one) => one.name === 'action expert' && isEmpty(without(one.mask, mask)));
  const beside = modules.find((one) => one.name === 'image tower' && isPartOf(one.mask, mask));
  if (!meant || !beside) return null;
  const accident = both(mask, beside.mask);
  return { meant, beside, accident, repaired: within(tree, atom, 'llm', meant.mask, accident) };
}

const isPartOf = (module: Mask, mask: Mask) => !isEmpty(both(module, mask)) && !isEmpty(without(module, mask));

/** `.*mlp.*`, which is a name of the language model's, and a part of one among the projections. */
function byWord(tree: Tree, atom: Atom): Caught | null {
  const word = atom.kind === 'PathRegex' ? /^\.\*([A-Za-z]\w*)\.\*$/.exec(atom.pattern)?.[1] : undefined;
  if (word === undefined) return null;
  const mask = matched(tree, atom);
  const names = [word, `${word}_1`];
  const own = Uint8Array.from(tree.paths, (path) => (path.split('/').some((name) => names.includes(name)) ? 1 : 0));
  const modules = modulesOf(tree);
  const homes = modules.filter((module) => !isEmpty(both(module.mask, own)));
  const beside = modules.find((module) => !homes.includes(module) && !isEmpty(both(module.mask, mask)));
  const [meant] = homes;
  if (!meant || !beside) return null;
  const accident = both(mask, beside.mask);
  const tower = meant.name === 'image tower' ? 'img' : 'llm';
  return { meant, beside, accident, repaired: within(tree, atom, tower, both(mask, own), accident) };
}

/** The pattern within a tower, if that keeps what is meant and leaves out the rest. */
function within(tree: Tree, atom: Atom, tower: string, meant: Mask, accident: Mask): Expression | null {
  if (atom.kind !== 'PathRegex' || !atom.pattern.startsWith('.*')) return null;
  const repaired: Atom = { ...atom, pattern: atom.pattern.replace('.*', `.*${tower}.*`) };
  const mask = matched(tree, repaired);
  return isEmpty(without(meant, mask)) && isEmpty(both(accident, mask)) ? repaired : null;
}
