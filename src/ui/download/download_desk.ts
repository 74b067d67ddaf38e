import type {
  DownloadApi,
  DownloadProgress,
  FoundModel,
  KeptModel,
  KeptModels,
  Outcome,
  Problem,
} from '../../download/api';
import { asProblem } from '../../problem';
import { Store } from '../state/store';
import { bytes } from '../words/format';
import { strings } from '../words/strings';
import { words } from './words';

/** What goes on: nothing, a look at an address, or a download, which has a name. */
type Work = { readonly kind: 'idle' | 'looking' } | { readonly kind: 'fetching'; readonly name: string };

/** The state of the page, and all that it can do. */
export class DownloadDesk extends Store {
  readonly #downloads: DownloadApi;
  work: Work = { kind: 'idle' };
  found: FoundModel | null = null;
  progress: (DownloadProgress & { readonly secondsLeft: number }) | null = null;
  problem: Problem | null = null;
  /** What became of the latest work; empty while there is nothing to say. */
  said = '';
  kept: KeptModels | null = null;

  constructor(downloads: DownloadApi) {
    super();
    this.#downloads = downloads;
  }

  async look(address: string, tokenizer: string): Promise<void> {
    this.found = null;
    const found = await this.#ask({ kind: 'looking' }, () => this.#downloads.look(address, tokenizer));
    this.found = found?.value ?? null;
    await this.refresh();
  }

  fetch(model: FoundModel): Promise<void> {
    this.found = null;
    return this.#fetch(model.name, (told) => this.#downloads.fetch(model, told));
  }

  resume({ name }: KeptModel): Promise<void> {
    return this.#fetch(name, (told) => this.#downloads.resume(name, told));
  }

  async stop(): Promise<void> {
    await this.#downloads.stop();
  }

  async remove(model: KeptModel): Promise<void> {
    const removed = await this.#ask({ kind: 'idle' }, () => this.#downloads.remove(model.name));
    await this.refresh();
    if (removed) this.#say(words.removed(model.name, bytes(model.bytes)));
  }

  /** Asks what is kept. */
  async refresh(): Promise<void> {
    const answer = await this.#downloads.kept();
    if (answer.ok) this.kept = answer.value;
    else this.problem = answer.problem;
    this.changed();
  }

  /** The thread is gone: calls to it never answer. */
  threadFailed(message: string): void {
    this.work = { kind: 'idle' };
    this.problem = { what: words.failed, where: message, fix: words.failedFix };
    this.changed();
  }

  languageFailed(error: unknown): void {
    const { languageFailed, languageFailedFix } = strings.header;
    this.problem = { what: languageFailed, where: String(error), fix: languageFailedFix };
  }

  async #fetch(name: string, call: (told: (progress: DownloadProgress) => void) => Promise<Outcome<void>>) {
    void navigator.storage.persist(); // some browsers ask the person; the download need not wait for the answer
    let began = performance.now();
    const told = (progress: DownloadProgress) => {
      const { done, total, arrived } = progress;
      if (arrived === 0) began = performance.now(); // what is there already is read again first
      const perSecond = (1000 * arrived) / (performance.now() - began);
      this.progress = { ...progress, secondsLeft: ((total ?? Number.NaN) - done) / perSecond };
      this.changed();
    };
    const ended = await this.#ask({ kind: 'fetching', name }, () => call(told));
    this.progress = null;
    await this.refresh();
    const whole = this.kept?.models.find((model) => model.name === name)?.complete;
    if (ended) this.#say(whole ? words.done(name) : words.stopped(name));
  }

  #say(text: string): void {
    this.said = text;
    this.changed();
  }

  async #ask<T>(work: Work, call: () => Promise<Outcome<T>>): Promise<{ readonly value: T } | undefined> {
    this.problem = null;
    this.said = '';
    this.work = work;
    this.changed();
    const answer = await call().catch((error: unknown): Outcome<T> => ({ ok: false, problem: asProblem(error) }));
    this.work = { kind: 'idle' };
    if (!answer.ok) this.problem = answer.problem;
    this.changed();
    return answer.ok ? answer : undefined;
  }
}
