import type { Scopes } from '../../fit/scopes';
import { freezeFilters } from '../../settings/defaults';

/** The same with openpi's π0 at its true size: each with the variants that have what it trains. */
export const trueSizeScopes: Scopes = {
  usual: ['projections', 'adapters'],
  all: [
    {
      id: 'adapters',
      trains: 'Adapters of the action expert',
      model: 'ae_lora',
      settings: { freeze: freezeFilters.actions.adapters },
    },
    {
      id: 'projections',
      trains: 'Adapters of the action expert, projections',
      model: 'ae_lora',
      settings: { freeze: freezeFilters.actions.projections },
    },
    {
      id: 'expert',
      trains: 'Whole action expert, projections',
      model: 'full',
      settings: { freeze: freezeFilters.actions.expert },
    },
    {
      id: 'backbone adapters',
      upstream: true,
      trains: 'Adapters of action expert and backbone, projections',
      model: 'all_lora',
      settings: { freeze: freezeFilters.actions.allAdapters },
    },
    {
      id: 'expert and backbone adapters',
      upstream: true,
      trains: 'Whole action expert, projections, adapters of the backbone',
      model: 'pg_lora',
      settings: { freeze: freezeFilters.actions.expertAndAdapters },
    },
    {
      id: 'stock',
      upstream: true,
      trains: 'As openpi’s LoRA configuration: all adapters, projections, image tower',
      model: 'all_lora',
      settings: { freeze: freezeFilters.actions.stock },
    },
    {
      id: 'everything',
      upstream: true,
      trains: 'Everything, image tower and backbone too',
      model: 'full',
      settings: { freeze: freezeFilters.nothing },
    },
  ],
};

/** What the actions task can train. */
export const actionsScopes: Scopes = {
  usual: ['projections', 'adapters'],
  all: [
    {
      id: 'adapters',
      trains: 'Adapters of the action expert',
      settings: { freeze: freezeFilters.actions.adapters, backboneLora: false },
    },
    {
      id: 'projections',
      trains: 'Adapters of the action expert, projections',
      settings: { freeze: freezeFilters.actions.projections, backboneLora: false },
    },
    {
      id: 'expert',
      trains: 'Whole action expert, projections',
      settings: {
        freeze: freezeFilters.actions.expert,
        backboneLora: false,
      },
    },
    {
      id: 'backbone adapters',
      upstream: true,
      trains: 'Adapters of action expert and backbone, projections',
      settings: {
        freeze: freezeFilters.actions.allAdapters,
        backboneLora: true,
      },
    },
    {
      id: 'expert and backbone adapters',
      upstream: true,
      trains: 'Whole action expert, projections, adapters of the backbone',
      settings: {
        freeze: freezeFilters.actions.expertAndAdapters,
        backboneLora: true,
      },
    },
    {
      id: 'everything',
      upstream: true,
      trains: 'Everything, image tower and backbone too',
      settings: { freeze: freezeFilters.nothing, backboneLora: false },
    },
  ],
};
