import type { FreezeReport } from '../filter/freeze_report';
import type { ConfiguredKind } from '../filter/named_model';
import { configurationIn } from '../filter/parse';
import type { FreezeSettings } from '../settings/task';
import { type ModelId, modelNamed, summaryOf } from './true_size';

/** What a filter does, and what the configuration around it says. */
export interface FreezeAnswer extends FreezeReport {
  /** Null where the text has no configuration, or one of another task's models. */
  readonly named: NamedConfiguration | null;
}

/** What a configuration in a filter's text sets beside the filter; null is what it does not say. */
export interface NamedConfiguration {
  readonly kind: ConfiguredKind | null;
  /** The model here that it names. */
  readonly model: ModelId | null;
  /** Samples of a step. */
  readonly batch: number | null;
  /** Whether openpi keeps a moving average of the parameters. */
  readonly ema: boolean | null;
}

/** What the configuration around a filter says. */
export function namedIn({ task, freeze }: FreezeSettings): NamedConfiguration | null {
  const { model, batch, ema } = configurationIn(freeze);
  const id = model && modelNamed(model);
  if ((id && summaryOf(id).task !== task) || (model === null && batch === null && ema === null)) return null;
  return { kind: model?.kind ?? null, model: id, batch, ema };
}
