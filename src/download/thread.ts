import '../worker/sealed'; // before all others
import { expose } from 'comlink';
import { createDownloads } from './downloads';

expose(createDownloads());
