import type { PageFeatures } from '../parts/page_features';
import { strings } from '../words/strings';

/** What this browser has, in plain words for the device report; where something is missing, what happens in its place. */
export const pageAbilities = (features: PageFeatures) =>
  (Object.keys(strings.abilities) as (keyof PageFeatures)[]).map((feature) => {
    const { name, here, missing } = strings.abilities[feature];
    const available = features[feature];
    return { name, available, meaning: available ? here : missing };
  });
