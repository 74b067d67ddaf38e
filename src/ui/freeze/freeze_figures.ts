import type { FreezeFilter, FreezeLeaf } from '../../worker/api';
import type { PlanDesk } from '../bench/plan_desk';
import type { Workbench } from '../bench/workbench';
import { counted } from '../words/format';
import { sentence } from '../words/sentence';
import { strings } from '../words/strings';

/** What the filter that the studio shows does to memory, in bytes. */
export interface Figures {
  /** Whether it is a run's whole memory, as planned here; else what openpi keeps, of a model of which no step can be planned. */
  readonly planned: boolean;
  /** With nothing frozen; null while that is worked out. */
  readonly before: number | null;
  readonly after: number;
  /** What `after` is made of: frozen weights; weights, gradients and moments of what trains; activations and all else. */
  readonly frozen: number;
  readonly trains: number;
  readonly rest: number;
}

/** The plan of what the studio shows. */
export const plansShown = ({ studio, plans }: Workbench): PlanDesk => (studio.apart ? studio.plans : plans);

/** Null while they are worked out. */
export function figuresOf(bench: Workbench): Figures | null {
  const { plan, everything, problem } = plansShown(bench);
  const { good, size } = bench.studio;
  if (plan) {
    const { frozen, trainable, gradients, moments } = plan.byKind;
    const trains = trainable + gradients + moments;
    const after = plan.totalBytes;
    return {
      planned: true,
      before: everything?.totalBytes ?? null,
      after,
      frozen,
      trains,
      rest: after - frozen - trains,
    };
  }
  return problem && good ? countedFigures(good.leaves, good.filter, size.ema) : null;
}

function countedFigures(leaves: readonly FreezeLeaf[], filter: FreezeFilter, ema: boolean): Figures {
  const [before, after] = openpiBytes(filter, ema);
  const frozen = (filter.parts[0]?.leaves ?? []).reduce((sum, leaf) => sum + leaves[leaf]!.openpiBytes.frozen, 0);
  const rest = ema ? filter.openpiEmaBytes : 0;
  return { planned: false, before, after, frozen, trains: after - frozen - rest, rest };
}

/** What openpi keeps: with nothing frozen, and with the filter. */
export function openpiBytes(filter: FreezeFilter, ema: boolean): readonly [before: number, after: number] {
  const of = (one: Pick<FreezeFilter, 'openpiResidentBytes' | 'openpiEmaBytes'>) =>
    one.openpiResidentBytes + (ema ? one.openpiEmaBytes : 0);
  return [of(filter.unfrozen), of(filter)];
}

/** Which model, trained how, the figures speak of. */
export function basisOf({ knownModels, studio, settings, form }: Workbench): string {
  const name = knownModels.find(({ id }) => id === studio.model)?.name;
  const { batchSize, accumulation } = settings
    ? studio.atFullSize(settings)
    : { batchSize: Number(form.text.batchSize), accumulation: Number(form.text.accumulation) };
  const samples = counted(batchSize * accumulation, 'sample');
  const { studio: words } = strings;
  return name === undefined ? words.figuresOf(samples) : words.planOf(words.trueSize(sentence(name)), samples);
}

/** Bytes of a card or a device, and whether a run fits. */
export interface Mark {
  readonly name: string;
  readonly bytes: number;
  readonly fits: boolean;
  /** Its place on the gauge, a share; null where it lies beyond. */
  readonly at: number | null;
}

/** Bytes that the gauge's whole width stands for: the next card's above all that is drawn, where that leaves enough to see. */
export function gaugeScale({ before, after }: Figures, cards: readonly number[]): number {
  const largest = Math.max(before ?? 0, after);
  const next = cards.find((card) => card >= largest);
  return 1.06 * (next !== undefined && next <= 4 * largest ? next : largest);
}

/** The marks of cards on a gauge. */
export const marksOf = (after: number, cards: readonly number[], scale: number): readonly Mark[] =>
  cards.map((card) => ({
    name: strings.card.size(String(card / 1e9)),
    bytes: card,
    fits: after <= card,
    at: card <= scale ? card / scale : null,
  }));
