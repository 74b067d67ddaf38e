import type { Scope, Scopes } from '../../fit/scopes';
import { freezeFilters } from '../../settings/defaults';

/** The same with openpi's π0 at its true size: each with the variants that have what it trains. */
const trueSizeInMemory: Scopes = {
  usual: ['projections', 'adapters'],
  all: [
    {
      id: 'adapters',
      trains: 'Adapters of the action expert',
      model: 'ae_lora',
      settings: { streamed: false, freeze: freezeFilters.actions.adapters },
    },
    {
      id: 'projections',
      trains: 'Adapters of the action expert, projections',
      model: 'ae_lora',
      settings: { streamed: false, freeze: freezeFilters.actions.projections },
    },
    {
      id: 'expert',
      trains: 'Whole action expert, projections',
      model: 'full',
      settings: { streamed: false, freeze: freezeFilters.actions.expert },
    },
    {
      id: 'backbone adapters',
      trains: 'Adapters of action expert and backbone, projections',
      model: 'all_lora',
      settings: { streamed: false, freeze: freezeFilters.actions.allAdapters },
    },
    {
      id: 'expert and backbone adapters',
      trains: 'Whole action expert, projections, adapters of the backbone',
      model: 'pg_lora',
      settings: { streamed: false, freeze: freezeFilters.actions.expertAndAdapters },
    },
    {
      id: 'stock',
      trains: 'As openpi’s LoRA configuration: all adapters, projections, image tower',
      model: 'all_lora',
      settings: { streamed: false, freeze: freezeFilters.actions.stock },
    },
    {
      id: 'everything',
      trains: 'Everything, image tower and backbone too',
      model: 'full',
      settings: { streamed: false, freeze: freezeFilters.nothing },
    },
  ],
};

/** What can be trained of a base that the GPU has room for. */
const allInMemory: Scopes = {
  usual: ['projections', 'adapters'],
  all: [
    {
      id: 'adapters',
      trains: 'Adapters of the action expert',
      settings: { freeze: freezeFilters.actions.adapters, backboneLora: false, streamed: false },
    },
    {
      id: 'projections',
      trains: 'Adapters of the action expert, projections',
      settings: { freeze: freezeFilters.actions.projections, backboneLora: false, streamed: false },
    },
    {
      id: 'expert',
      trains: 'Whole action expert, projections',
      settings: {
        freeze: freezeFilters.actions.expert,
        backboneLora: false,
        streamed: false,
      },
    },
    {
      id: 'backbone adapters',
      trains: 'Adapters of action expert and backbone, projections',
      settings: {
        freeze: freezeFilters.actions.allAdapters,
        backboneLora: true,
        streamed: false,
      },
    },
    {
      id: 'expert and backbone adapters',
      trains: 'Whole action expert, projections, adapters of the backbone',
      settings: {
        freeze: freezeFilters.actions.expertAndAdapters,
        backboneLora: true,
        streamed: false,
      },
    },
    {
      id: 'everything',
      trains: 'Everything, image tower and backbone too',
      settings: { freeze: freezeFilters.nothing, backboneLora: false, streamed: false },
    },
  ],
};

/** What can be trained where what comes before the expert goes through the GPU layer by layer, and is kept on the disk. */
const layerByLayer: readonly Scope[] = [
  {
    id: 'adapters-by-layers',
    trains: 'Adapters of the action expert; what comes before it layer by layer',
    settings: { freeze: freezeFilters.actions.adapters, backboneLora: false, streamed: true },
  },
  {
    id: 'projections-by-layers',
    trains: 'Adapters of the action expert, projections; what comes before it layer by layer',
    settings: { freeze: freezeFilters.actions.projections, backboneLora: false, streamed: true },
  },
  {
    id: 'expert-by-layers',
    trains: 'Whole action expert, projections; what comes before it layer by layer',
    settings: { freeze: freezeFilters.actions.expert, backboneLora: false, streamed: true },
  },
];

/** Of a base that is always streamed no settings say it. */
const unsaid = ({ settings: { freeze, backboneLora = false }, ...scope }: Scope): Scope => ({
  ...scope,
  settings: { freeze, backboneLora },
});

/** What the actions task can train. Layer by layer it takes the least memory, and a pass before the first step. */
export const actionsScopes = (isStreamed: boolean): Scopes =>
  isStreamed
    ? { usual: ['projections-by-layers', 'adapters-by-layers'], all: layerByLayer.map(unsaid) }
    : {
        usual: [...allInMemory.usual, 'projections-by-layers', 'adapters-by-layers'],
        all: [...allInMemory.all, ...layerByLayer],
      };

/** The same with openpi's π0 at its true size. */
export const trueSizeScopes: Scopes = {
  usual: [...trueSizeInMemory.usual, 'projections-by-layers', 'adapters-by-layers'],
  all: [
    ...trueSizeInMemory.all,
    ...layerByLayer.map((scope): Scope => ({ ...scope, model: scope.id === 'expert-by-layers' ? 'full' : 'ae_lora' })),
  ],
};
