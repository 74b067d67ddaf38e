import { keptList, keptModels, removeKept } from '../kept/store';
import { outcome, problem } from '../problem';
import type { DownloadThread, FoundModel } from './api';
import { fetchModel } from './fetch_model';
import { findModel } from './find';
import type { RemoteFile } from './listing';
import { Network, type Way } from './network';

/** What the page may ask of its thread. One thing at a time is asked of hosts. */
export function createDownloads(): DownloadThread {
  const { promise: network, resolve: open } = Promise.withResolvers<Network>();
  let control = new AbortController();
  /** Null where the person has stopped it. */
  const stoppable = async <T>(work: (way: Way) => Promise<T>): Promise<T | null> => {
    control = new AbortController();
    const { signal } = control;
    try {
      return await work({ network: await network, signal });
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  };
  const fetch = async (model: FoundModel, onProgress: Parameters<DownloadThread['fetch']>[1]) => {
    await stoppable((way) => fetchModel(model, { ...way, onProgress }));
  };
  return {
    open: async (door) => open(new Network(door)),
    look: (address, tokenizer) => outcome(() => stoppable((way) => findModel(way, address, tokenizer))),
    fetch: (model, onProgress) => outcome(() => fetch(model, onProgress)),
    resume: (name, onProgress) => outcome(async () => fetch(await begun(name), onProgress)),
    stop: () => outcome(() => control.abort()),
    kept: () => outcome(keptModels),
    remove: (name) => outcome(() => removeKept(name)),
  };
}

/** @throws ProblemError where there is nothing to go on with */
async function begun(name: string): Promise<FoundModel> {
  const list = await keptList(name);
  const files = list?.files.filter((file): file is RemoteFile => file.address !== null) ?? [];
  if (list?.from && files.length > 0) return { name, from: list.from, files };
  throw problem('Nobody knows any more where it comes from.', name, 'Delete it, and download it anew.');
}
