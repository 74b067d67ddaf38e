import { keptList, keptModels, removeKept } from '../kept/store';
import { outcome, problem } from '../problem';
import type { DownloadThread, FoundModel } from './api';
import { fetchModel } from './fetch_model';
import { findModel } from './find';
import type { RemoteFile } from './listing';
import { Network } from './network';

/** What the page may ask of its thread. One download at a time. */
export function createDownloads(): DownloadThread {
  const { promise: network, resolve: open } = Promise.withResolvers<Network>();
  let stopped = false;
  const fetch = async (model: FoundModel, onProgress: Parameters<DownloadThread['fetch']>[1]) => {
    stopped = false;
    await fetchModel(model, { network: await network, onProgress, stopped: () => stopped });
  };
  return {
    open: async (door) => open(new Network(door)),
    look: (address, tokenizer) => outcome(async () => findModel(await network, address, tokenizer)),
    fetch: (model, onProgress) => outcome(() => fetch(model, onProgress)),
    resume: (name, onProgress) => outcome(async () => fetch(await begun(name), onProgress)),
    stop: () =>
      outcome(() => {
        stopped = true;
      }),
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
