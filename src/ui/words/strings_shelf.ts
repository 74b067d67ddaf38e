/** Words about the list of adapters, and two of them compared. Read them through strings.ts. */
export const shelfStrings = {
  shelf: {
    search: 'Search',
    searchHint: 'name, base, task or date',
    found: (some: string, all: string) => `${some} of ${all}`,
    noneFound: (words: string) => `No adapter has “${words}” in its name, base, task or date.`,
    duplicate: 'Duplicate',
    duplicateNamed: (name: string) => `Duplicate ${name}`,
    duplicateMeaning: 'A copy of its own, that stays as it is whatever becomes of this one.',
    copyOf: (name: string) => `${name} (copy)`,
    duplicated: (name: string, copy: string) => `${copy} is in the list beside ${name}.`,
    compare: 'Compare',
    compareNamed: (name: string) => `Compare ${name}`,
    lead: 'Tick two adapters to lay their losses over each other, and to see which weights each changed.',
    one: 'Tick one more to compare.',
  },

  compared: {
    title: (first: string, second: string) => `${first} and ${second}`,
    comparing: 'Reading both adapters…',
    losses: 'Loss',
    noLosses: (name: string) => `The file of ${name} does not tell its losses.`,
    changes: 'Change of the weights',
    changesMeaning:
      'A row a leaf of the base, a column a layer. The darker, the more its weights were changed, as the root mean square of the change ΔW; all three maps have one scale.',
    first: (name: string) => `A · ${name}`,
    second: (name: string) => `B · ${name}`,
    apart: 'A − B',
    mapMeaning: {
      first: 'What A changes of the base',
      second: 'What B changes of the base',
      apart: 'How far A’s weights are from B’s: two changes of the same size may be of different weights.',
    },
    leaf: 'leaf',
    layer: (layer: string) => `layer ${layer}`,
    allLayers: 'not in layers',
    cell: (leaf: string, layer: string, value: string) => `${leaf}, ${layer}: ${value}`,
    at: (leaf: string, layer: string) => `${leaf}, ${layer}`,
    values: (first: string, second: string, apart: string) => `A ${first} · B ${second} · A − B ${apart}`,
    point: 'Point at a square, or go through a map with the arrow keys, to read its numbers.',
    unknown: 'not known',
    unknownMeaning:
      'Hatched: the leaf was trained whole, and its change is not known, because the adapter holds the new values and not those that the base had.',
    unchanged: 'unchanged',
    scale: (most: string) => `0 to ${most}`,
    samples: 'Side by side',
  },
} as const;
