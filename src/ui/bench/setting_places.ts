import type { Problem, SettingPlace } from '../../worker/api';
import { type FieldKey, fieldOf } from '../state/fields';

/** What the page knows of settings that are not right. */
interface Known {
  readonly plans: { readonly problem: Problem | null };
  readonly pointed: SettingPlace | null;
}

/** Numbers that every stage has of its own. */
const STAGED: ReadonlySet<FieldKey> = new Set<FieldKey>(['steps', 'learningRate']);

/** Where a field is that is not under Train. */
const PANELS: Partial<Readonly<Record<FieldKey, 'model' | 'data'>>> = {
  loraRank: 'model',
  loraAlpha: 'model',
  heldoutPercent: 'data',
  fps: 'data',
};

/** The panel that a setting's field is on. */
export const panelOf = ({ name }: SettingPlace) => PANELS[fieldOf(name)] ?? 'train';

/** Which stage's field a setting is typed in, from 0; what stages share is typed once, with the first. */
export const stageOf = ({ name, stage = 0 }: SettingPlace): number => (STAGED.has(fieldOf(name)) ? stage : 0);

/** Why the trainer does not take a number that the page would; null where that is not what keeps the settings from a plan. */
export const refusalOf = ({ plans }: Pick<Known, 'plans'>): Problem | null =>
  plans.problem?.setting ? plans.problem : null;

/** What is to be shown at a field: a refusal of its number, and whether a person is to be brought there. */
export function atField(known: Known, key: FieldKey, stage = 0) {
  const isHere = (place: SettingPlace | null | undefined) =>
    place ? fieldOf(place.name) === key && stageOf(place) === stage : false;
  const refusal = refusalOf(known);
  return {
    refusal: isHere(refusal?.setting) ? refusal : null,
    pointed: isHere(known.pointed) ? known.pointed : null,
  };
}
