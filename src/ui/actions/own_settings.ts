import type { ActionsSettings } from '../../worker/api';
import { count, counted } from '../words/format';
import { strings } from '../words/strings';
import { words } from './words';
import { words as ofPolicy } from './words_policy';

/** What only the actions task is told and is no number, each with its name. */
export function ownSettingsOf(settings: ActionsSettings): readonly (readonly [name: string, value: string])[] {
  const { learning, train, model, cameras } = words;
  const yesOrNo = (on: boolean): string => (on ? strings.header.yes : strings.header.no);
  const { state, normalization, statistics = 'recording', delta, cameras: seen } = settings;
  const differences = delta?.filter(Boolean).length;
  return [
    [model.backboneLora, yesOrNo(settings.backboneLora)],
    [ofPolicy.streamed, yesOrNo(settings.streamed === true)],
    [learning.state, state === null ? strings.runs.byData : learning.states[state]],
    [learning.normalization, normalization === null ? learning.asTrained : learning.normalizations[normalization]],
    [learning.statistics, learning.statisticsOf[statistics]],
    [
      learning.delta,
      delta === null ? strings.runs.byData : learning.deltas(count(differences ?? 0), counted(delta.length, 'joint')),
    ],
    [cameras.title, seen === null ? strings.runs.byData : seen.filter(Boolean).join(', ') || strings.run.none],
    [train.maskTail, yesOrNo(settings.maskTail)],
    [train.maskPadding, yesOrNo(settings.maskPadding)],
  ];
}
