import type { Scopes } from '../../fit/scopes';
import { freezeFilters } from '../../settings/defaults';

/** What the text task can train. */
export const textScopes: Scopes = {
  usual: ['adapters'],
  all: [
    { id: 'adapters', trains: 'Adapters only', settings: { freeze: freezeFilters.text.adapters } },
    {
      id: 'norms',
      trains: 'Adapters and norms',
      settings: { freeze: freezeFilters.text.norms },
    },
    {
      id: 'layers',
      trains: 'All but the token embedding',
      settings: { freeze: freezeFilters.text.layers },
    },
    { id: 'everything', trains: 'Everything', settings: { freeze: freezeFilters.nothing } },
  ],
};
