import type { BytesByKind } from '../gpu/tensor';
import type { TaskSettings } from '../settings/task';
import type { ProposedRun } from './proposal';
import { batchSizes, type Scope, type Scopes, usualScopes, type Way } from './scopes';
import type { Work } from './speed';
import { tooLarge, tooLargeBuffer, wayInWords, withProposal } from './words';

/** What a run with some settings takes, before any GPU. */
export interface Cost {
  readonly plannedBytes: number;
  readonly byKind: BytesByKind;
  /** Of the largest buffer, bytes. */
  readonly largestBuffer: number;
  readonly trainableParameters: number;
  /** What openpi keeps for the same. */
  readonly openpiBytes: number;
  /** Of one optimizer step. */
  readonly flopsPerStep: number;
  readonly work: Work;
}

/** What a proposal is made of. */
export interface ProposalParts {
  /** What is on the form; a proposal changes what is frozen and how a step is computed, nothing else. */
  readonly settings: TaskSettings;
  readonly scopes: Scopes;
  readonly budgetBytes: number;
  readonly maxBufferBytes: number;
  /** Predicted seconds of a step, where the device's speed is known. */
  readonly seconds: ((work: Work) => number) | null;
  /** Plans a run of a scope; takes a moment. */
  readonly costOf: (settings: TaskSettings, scope: Scope) => Cost;
  /** Lets other calls in, between two plans. @throws to end the search */
  readonly turn: () => Promise<void>;
}

/** A way to train a scope, and what it takes. */
interface Option {
  readonly scope: Scope;
  readonly way: Way;
  readonly cost: Cost;
}

/**
 * For each thing that can be trained, its fastest way within the budget, and beside it the way that the form has, where
 * that is another. From the least to the most trained; within that, what fits first, the fastest first.
 */
export async function proposeRuns(parts: ProposalParts): Promise<ProposedRun[]> {
  const { all, usual } = parts.scopes;
  const options: Option[] = [];
  for (const scope of all) options.push(...(await new Search(parts, scope).options()));
  const best = usual
    .flatMap((id) => options.filter(({ scope, cost }) => scope.id === id && fits(parts, cost) === true))
    .find((option) => !isLarger(parts, option.way));
  return options.map((option) => row(parts, option, option === best ? whyBest(option, usual) : null));
}

/**
 * The quickest run within a budget: with the filter that the settings have, else with what is usual.
 * @returns null where none of them fits
 */
export async function whatFits(
  parts: ProposalParts,
): Promise<{ readonly name: string; readonly run: ProposedRun } | null> {
  const own: Scope = { id: 'own', trains: 'What the filter leaves', settings: filterOf(parts.settings) };
  for (const scope of [own, ...usualScopes(parts.scopes)]) {
    const option = await new Search(parts, scope).best();
    if (!option) continue;
    const way = wayInWords(option.way);
    return { name: scope === own ? way : `${scope.trains}: ${way}`, run: row(parts, option, null) };
  }
  return null;
}

/** The settings that decide what trains. */
const filterOf = (settings: TaskSettings): Scope['settings'] =>
  'backboneLora' in settings
    ? { freeze: settings.freeze, backboneLora: settings.backboneLora, streamed: settings.streamed ?? false }
    : { freeze: settings.freeze };

function row(parts: ProposalParts, { scope, way, cost }: Option, recommended: string | null): ProposedRun {
  const { plannedBytes, trainableParameters, openpiBytes, flopsPerStep, work } = cost;
  const { batchSize, accumulation, recompute } = way;
  return {
    id: `${scope.id} ${batchSize} ${accumulation} ${recompute}`,
    trains: scope.trains,
    settings: { ...scope.settings, batchSize, accumulation, recompute },
    ...(scope.model ? { model: scope.model } : {}),
    trainableParameters,
    plannedBytes,
    openpiBytes,
    flopsPerStep,
    secondsPerStep: parts.seconds?.(work) ?? null,
    fits: fits(parts, cost),
    recommended,
  };
}

const whyBest = ({ scope }: Option, usual: readonly string[]): string =>
  scope.id === usual[0]
    ? 'What the defaults train, in its fastest way that fits.'
    : 'What the defaults train does not fit; this is next to it.';

/** True, or why a run does not fit. */
function fits(
  { budgetBytes, maxBufferBytes }: ProposalParts,
  { plannedBytes, byKind, largestBuffer }: Cost,
): true | string {
  if (largestBuffer > maxBufferBytes) return tooLargeBuffer(largestBuffer, maxBufferBytes);
  return plannedBytes <= budgetBytes || tooLarge(plannedBytes - budgetBytes, byKind);
}

/** Does a way learn from more in a step than the form asks for? */
const isLarger = ({ settings }: ProposalParts, { batchSize, accumulation }: Way): boolean =>
  batchSize * accumulation > settings.batchSize * settings.accumulation;

/** Share of the time of a sample that twice the batch has to save to be worth a row. */
const WORTHWHILE = 0.05;

/** Bytes grow almost in proportion to the batch; a size that is this near is tried too. */
const NEARLY = 1.05;

/** The search for the ways of one scope. More samples at a time are never slower and never take fewer bytes. */
class Search {
  readonly #parts: ProposalParts;
  readonly #scope: Scope;
  readonly #sizes: readonly number[];
  readonly #known = new Map<string, Cost>();

  constructor(parts: ProposalParts, scope: Scope) {
    this.#parts = parts;
    this.#scope = scope;
    this.#sizes = batchSizes(parts.settings);
  }

  async options(): Promise<Option[]> {
    const { batchSize, accumulation, recompute } = this.#parts.settings;
    const own: Way = { batchSize, accumulation, recompute };
    const fastest = await this.#fastest();
    if (!fastest) return [await this.#option(this.#way(this.#sizes[0]!, true))];
    const ways = [fastest, own, ...(this.#isUsual ? await this.#larger(fastest) : [])];
    const distinct = new Map(ways.map((way) => [keyOf(way), way]));
    const options: Option[] = [];
    for (const way of distinct.values()) options.push(await this.#option(way));
    return options.sort((a, b) => this.#rank(a) - this.#rank(b));
  }

  /** The quickest way that fits; null where none does. */
  async best(): Promise<Option | null> {
    const way = await this.#fastest();
    return way && this.#option(way);
  }

  /** What does not fit comes last. */
  #rank({ way, cost }: Option): number {
    const seconds = this.#parts.seconds?.(cost.work) ?? cost.flopsPerStep;
    return fits(this.#parts, cost) === true && !isLarger(this.#parts, way) ? seconds : seconds + 1e30;
  }

  async #fastest(): Promise<Way | null> {
    const whole = this.#sizes.at(-1)!;
    const kept = await this.#largestThatFits(false);
    if (kept?.batchSize === whole) return kept; // computing anything twice is only slower
    const twice = await this.#largestThatFits(true);
    if (!kept || !twice) return kept ?? twice;
    const [a, b] = [await this.#cost(kept), await this.#cost(twice)];
    const { seconds } = this.#parts;
    return (seconds ? seconds(b.work) < seconds(a.work) : b.flopsPerStep < a.flopsPerStep) ? twice : kept;
  }

  /** The largest batch that fits; its accumulation makes up the rest. */
  async #largestThatFits(recompute: boolean): Promise<Way | null> {
    const sizes = this.#sizes;
    const [least, most] = [sizes[0]!, sizes.at(-1)!];
    if (await this.#fits(this.#way(most, recompute))) return this.#way(most, recompute);
    const low = await this.#cost(this.#way(least, recompute));
    const high = await this.#cost(this.#way(most, recompute));
    const bytesEach = (high.plannedBytes - low.plannedBytes) / Math.max(1, most - least);
    const room = this.#parts.budgetBytes - low.plannedBytes;
    const likely = sizes.filter((size) => size < most && bytesEach * (size - least) <= room * NEARLY);
    for (const size of likely.toReversed()) {
      if (await this.#fits(this.#way(size, recompute))) return this.#way(size, recompute);
    }
    return null;
  }

  /** Twice the batch, where nobody asked for accumulation, it fits, and a sample then takes less time. */
  async #larger(fastest: Way): Promise<Way[]> {
    const { settings, seconds } = this.#parts;
    if (!seconds || settings.accumulation > 1 || fastest.accumulation > 1 || fastest.recompute) return [];
    const way: Way = { batchSize: 2 * fastest.batchSize, accumulation: 1, recompute: false };
    const [once, twice] = [await this.#cost(fastest), await this.#cost(way)];
    const worthwhile = seconds(twice.work) < 2 * (1 - WORTHWHILE) * seconds(once.work);
    return worthwhile && (await this.#fits(way)) ? [way] : [];
  }

  get #isUsual(): boolean {
    return this.#scope === usualScopes(this.#parts.scopes)[0];
  }

  #way(batchSize: number, recompute: boolean): Way {
    return { batchSize, accumulation: this.#sizes.at(-1)! / batchSize, recompute };
  }

  async #option(way: Way): Promise<Option> {
    return { scope: this.#scope, way, cost: await this.#cost(way) };
  }

  async #fits(way: Way): Promise<boolean> {
    return fits(this.#parts, await this.#cost(way)) === true;
  }

  async #cost(way: Way): Promise<Cost> {
    const known = this.#known.get(keyOf(way));
    if (known) return known;
    await this.#parts.turn();
    const own = withProposal(this.#parts.settings, { ...this.#scope.settings, ...way });
    const cost = this.#parts.costOf(own, this.#scope);
    this.#known.set(keyOf(way), cost);
    return cost;
  }
}

const keyOf = ({ batchSize, accumulation, recompute }: Way): string => `${batchSize} × ${accumulation} ${recompute}`;
