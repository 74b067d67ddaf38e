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

/** The same with openpi's backbone at its true size, which has adapters of its own. */
export const trueSizeScopes: Scopes = {
  ...textScopes,
  all: textScopes.all.map((scope) => ({ ...scope, model: 'text_2b_lora' })),
};
