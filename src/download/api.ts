import type { KeptModels } from '../kept/store';
import type { Outcome } from '../problem';
import type { RemoteFile } from './listing';

export type { KeptFile, KeptModel, KeptModels } from '../kept/store';
export type { Outcome, Problem } from '../problem';
export type { RemoteFile } from './listing';

/** A model that was found at an address; nothing of it has been fetched but what says which files there are. */
export interface FoundModel {
  /** What it is kept under. */
  readonly name: string;
  /** As it was typed. */
  readonly from: string;
  readonly files: readonly RemoteFile[];
}

/** How far a download is. */
export interface DownloadProgress {
  /** The file under way. */
  readonly file: string;
  /** Bytes of all files that are there, and how many there will be; null where a host does not say. */
  readonly done: number;
  readonly total: number | null;
  /** Bytes that have come since it was begun or resumed. */
  readonly arrived: number;
}

/** The conversation between download.html and its thread. Types only. */
export interface DownloadApi {
  /** Finds out which files there are; null where it was stopped. @param tokenizer where the tokenizer.json of a .gguf lies; empty: beside it */
  look(address: string, tokenizer: string): Promise<Outcome<FoundModel | null>>;
  /** Fetches a model, or goes on with one. Resolves when it is whole, or was stopped: what came is kept. */
  fetch(model: FoundModel, onProgress: (progress: DownloadProgress) => void): Promise<Outcome<void>>;
  /** Goes on with what was begun before. */
  resume(name: string, onProgress: (progress: DownloadProgress) => void): Promise<Outcome<void>>;
  /** Ends what is asked of hosts. */
  stop(): Promise<Outcome<void>>;
  kept(): Promise<Outcome<KeptModels>>;
  remove(name: string): Promise<Outcome<void>>;
}

/** What the thread is called by, besides: the port that leads to the network. */
export interface DownloadThread extends DownloadApi {
  open(door: MessagePort): Promise<void>;
}
