/** The modules of a π0: its image tower, the two experts of its language model, the projections. */
import { LLM } from '../leaves/gemma';
import { IMG } from '../leaves/siglip';
import { PROJECTIONS } from './known_paths';
import { containing, isEmpty, type Mask, type Tree, without } from './tree';

export type ModuleName = 'image tower' | 'backbone' | 'action expert' | 'projections';

export interface Module {
  readonly name: ModuleName;
  readonly mask: Mask;
}

const known = new WeakMap<Tree, readonly Module[]>();

/** The modules that the tree has, LoRA included. */
export function modulesOf(tree: Tree): readonly Module[] {
  const found = known.get(tree) ?? sorted(tree);
  known.set(tree, found);
  return found;
}

function sorted(tree: Tree): readonly Module[] {
  const llm = containing(tree, LLM);
  const backbone = without(llm, containing(tree, '_1'));
  const modules: readonly Module[] = [
    { name: 'image tower', mask: containing(tree, IMG) },
    { name: 'backbone', mask: backbone },
    { name: 'action expert', mask: without(llm, backbone) },
    { name: 'projections', mask: Uint8Array.from(tree.paths, (path) => (PROJECTIONS.includes(path) ? 1 : 0)) },
  ];
  return modules.filter(({ mask }) => !isEmpty(mask));
}
