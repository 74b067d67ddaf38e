import '../worker/sealed'; // before all others
import { expose } from 'comlink';
import { releasing } from '../worker/releasing';
import type { DownloadThread } from './api';
import { createDownloads } from './downloads';

const created = createDownloads();
const thread: DownloadThread = {
  ...created,
  fetch: (model, onProgress) => releasing(onProgress, (tell) => created.fetch(model, tell)),
  resume: (name, onProgress) => releasing(onProgress, (tell) => created.resume(name, tell)),
};
expose(thread);
