import type { Scopes } from '../../fit/scopes';
import { freezeFilters } from '../../settings/defaults';

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
      trains: 'Adapters of action expert and backbone, projections',
      settings: {
        freeze: freezeFilters.actions.allAdapters,
        backboneLora: true,
      },
    },
    {
      id: 'expert and backbone adapters',
      trains: 'Whole action expert, projections, adapters of the backbone',
      settings: {
        freeze: freezeFilters.actions.expertAndAdapters,
        backboneLora: true,
      },
    },
    {
      id: 'everything',
      trains: 'Everything, image tower and backbone too',
      settings: { freeze: freezeFilters.nothing, backboneLora: false },
    },
  ],
};
