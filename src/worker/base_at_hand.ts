/** The weights that adapters were trained on, where this thread can read them. */
import type { Adapter } from '../adapter/adapter';
import type { ReadBase } from '../adapter/delta_norms';
import type { Base } from '../base/base';
import type { FileHash } from '../hub/source';
import { filesOfKept, keptModels } from '../kept/store';
import { outcome, ProblemError, problem } from '../problem';
import { Models } from './models';

/** Reads the base of an adapter, which is found when it is first asked for. @param baseOf those of this site, and those that are open */
export function baseReader(adapter: Adapter, baseOf: (id: string) => Promise<Base>): ReadBase {
  let found: Promise<Base> | null = null;
  return async (leaf, layer) => {
    found ??= baseAtHand(adapter, baseOf);
    return (await found).weights.read(leaf, layer);
  };
}

/** Whether an adapter was trained on the weights of a base, by their hash, for which its files are read where nothing has read them yet. */
export const isBaseOf = async ({ baseHash }: Pick<Adapter, 'baseHash'>, base: Base): Promise<boolean> =>
  (base.hash ?? (await base.identify?.())) === baseHash;

/** One of this site, one that is open, or one that is kept in this browser. @throws ProblemError where it is none of them, or of another version */
async function baseAtHand(adapter: Adapter, baseOf: (id: string) => Promise<Base>): Promise<Base> {
  const { summary } = adapter;
  const open = await outcome(() => baseOf(summary.base));
  if (!open.ok) {
    const kept = await keptBase((summary.hub ?? summary.policy)?.files ?? []);
    if (kept) return kept;
    throw new ProblemError(open.problem);
  }
  const base = open.value;
  if (await isBaseOf(adapter, base)) return base;
  const what = 'The adapters were trained on another version of this base.';
  throw problem(what, base.summary.name, 'Open the one that they were trained on, under Model.');
}

/** A model that is kept with all of these files; null where there is none. It is not open on the page by that. */
async function keptBase(files: readonly FileHash[]): Promise<Base | null> {
  if (files.length === 0) return null;
  const { models } = await keptModels();
  const holds = (kept: (typeof models)[number]) =>
    kept.complete && files.every(({ sha256 }) => kept.files.some((file) => file.sha256 === sha256));
  const kept = models.find(holds);
  if (!kept) return null;
  const opened = new Models();
  const { id } = await opened.open(await filesOfKept(kept.name));
  return opened.base(id);
}
