import type { FreezeFinding } from '../../worker/api';

/** Words of the freeze studio. Read them through strings.ts. */
export const freezeStrings = {
  studio: {
    planFor: 'Plan for',
    thisModel: 'the model on this page',
    trueSize: (name: string) => `${name}, at full size`,
    planOnly: 'A plan, not a run: no weights of this size are loaded or trained on this page.',
    modelLine: (leaves: string, parameters: string) => `${leaves}, ${parameters} parameters`,
    pasteHint: 'Code pasted from an openpi config works as it is.',
    goTo: (place: string) => `Go to ${place}`,
    stale: 'The last filter without a mistake:',

    parts: 'What each part matches',
    partsHint: 'Choose a part to see its leaves in the tree.',
    ignored: (lines: string) => `Without a say in the filter: ${lines}`,
    matchesLeaves: (leaves: string) => `matches ${leaves}`,

    findings: 'What to look at',
    noFindings: 'Nothing to object to in this filter.',
    severity: { error: 'Mistake', warning: 'Warning', note: 'Note' } satisfies Record<
      FreezeFinding['severity'],
      string
    >,
    place: (line: string, column: string) => `line ${line}, column ${column}`,
    repair: 'Repair',
    repairTo: 'Use this filter instead:',
    repaired: 'The filter is repaired.',

    effect: 'What the filter does to memory',
    lastEdit: 'Last edit:',
    nowFrozen: (leaves: string) => `${leaves} now frozen`,
    noLongerFrozen: (leaves: string) => `${leaves} no longer frozen`,
    sameLeaves: 'as many leaves frozen as before',
    saving: (saved: string, everything: string) =>
      `Freezing saves ${saved} of the ${everything} that training everything takes.`,
    cache: (size: string) =>
      `The plan holds ${size} of prefix cache: what came out of the frozen part is kept and not computed again, in at most what freezing saved.`,
    nothingSaved: 'Nothing is saved: everything trains.',
    before: 'Before',
    now: 'Now',
    change: 'Change',
    where: 'Where',
    here: 'In Adaptab, planned',
    hereMeaning: 'All GPU memory of a run here: what the plan says is what is allocated.',
    openpi: 'In openpi, resident',
    openpiMeaning:
      'What openpi keeps of weights and optimizer: 2 bytes a frozen parameter, 12 a trainable one. Activations come on top.',

    tree: 'Parameter tree',
    search: 'Search paths',
    found: (some: string, all: string) => `${some} of ${all}`,
    noneFound: 'No path has that in it.',
    expandAll: 'Open all',
    collapseAll: 'Close all',
    showing: (leaves: string) => `${leaves} matched by`,
    showAll: 'Show all leaves',
    path: 'Path',
    state: 'State',
    shape: 'Shape',
    parameters: 'Params',
    bytes: 'Bytes',
    bytesMeaning: (ours: string, openpi: string) =>
      `${ours} here: 2 bytes a frozen parameter; 16 a trainable one for weight, gradient and two moments. ${openpi} in openpi.`,
    frozen: 'frozen',
    trains: 'trains',
    train: 'train',
    mixed: (frozen: string, train: string) => `${frozen} frozen, ${train} train`,
    matched: 'matched',
    matchedSome: (some: string) => `${some} matched`,
    treeHint: 'Arrow keys move and open; Enter tells why a leaf is frozen or trains.',
    leafLine: (shape: string, parameters: string) => `${shape}, ${parameters} parameters`,
    whyFrozen: 'Why this leaf is frozen',
    whyTrains: 'Why this leaf trains',
    so: { frozen: 'The filter matches it, so it is frozen.', trains: 'The filter does not match it, so it trains.' },
    noLeaf: 'Choose a leaf in the tree to read why it is frozen or trains.',
  },
} as const;
