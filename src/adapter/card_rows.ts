/** What every exported folder says of the run that made it. */
import { isUnmeasured, isWorseThanBase } from '../best';
import { stagesOf } from '../settings/stages';
import type { Adapter, RobotForm } from './adapter';
import { codeInCell } from './card_text';
import type { AdapterSummary } from './summary';

export const textFile = (content: string) => new TextEncoder().encode(content);
export const jsonFile = (content: object) => textFile(`${JSON.stringify(content, null, 2)}\n`);

/** training_config.json: all that the other files have no place for. */
export function trainingConfig(adapter: Adapter): object {
  const { summary, baseHash, modelConfig, settings, history, robot, dataHash } = adapter;
  const data = dataHash ? { data_sha256: dataHash } : {};
  const told = { adapter: summary, base_sha256: baseHash, ...data, model: modelConfig, settings, history };
  return robot ? { ...told, robot } : told;
}

/** As in 2026-11-30. */
export const day = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

/** Rows of a table: how long the run was, and what came of it. */
export function runRows({ summary, robot }: Adapter): string {
  const unit = robot ? 'squares of normalised actions' : 'nats a token';
  return `| Steps trained, step kept | ${summary.steps}, ${summary.keptStep} |
| Held-out loss of the base, ${unit} | ${loss(summary.baselineHeldout, summary)} |
| Held-out loss with the adapter | ${loss(summary.heldout, summary)}${isWorseThanBase(summary) ? ': worse than without it' : ''} |`;
}

/** A loss as people read it; unknown for an adapter that came without. */
function loss(value: number, summary: AdapterSummary): string {
  if (isUnmeasured(summary)) return summary.steps > 0 ? 'nothing was held out' : 'unknown';
  return Number.isFinite(value) ? value.toFixed(4) : 'not finite';
}

/** A row a stage, where the run had several. */
export function frozenRows({ summary, settings }: Adapter): string {
  if (!settings || settings.stages.length === 0) return `| Frozen in training | ${codeInCell(summary.freeze)} |`;
  const rows = stagesOf(settings).map(
    ({ index, steps, freeze, learningRate }) =>
      `| Frozen in stage ${index + 1}, ${steps} steps at ${learningRate} | ${codeInCell(freeze)} |`,
  );
  return rows.join('\n');
}

const list = (names: readonly string[]) => names.map(codeInCell).join(', ') || 'none';

const STATES: Readonly<Record<RobotForm['state'], string>> = {
  measured: 'the joints as measured',
  'last-action': 'the last action',
  'last-action-and-lag': 'the last action, then the last action less the joints as measured',
};

/** Rows of a table: how an adapter reads and moves its robot. */
export const robotRows = ({ jointNames, state, cameras, places, horizon, delta, normalization, tasks }: RobotForm) =>
  `| The state is | ${STATES[state]} |
| Joints of the state, in order | ${list(jointNames.state)} |
| Joints of the action, in order | ${list(jointNames.action)} |
| Learned as differences from the state | ${list(jointNames.action.filter((_, n) => delta[n]))} |
| Cameras, in order | ${list(cameras)} |${places ? `\n| Their places in the base | ${list(places)} |` : ''}
| Actions of a chunk | ${horizon} |
| Normalisation | ${normalization} |
| Asked for | ${list(tasks)} |`;
