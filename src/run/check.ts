import { checkNumber, refuseNumber } from '../problem';
import { type NumberSetting, numberRules } from '../settings/numbers';
import type { TrainingSettings } from '../settings/training';

/**
 * Checks every number of a run, whatever its task. What a base has room for, its task asks.
 * @throws ProblemError that names the setting, for a number that no run can have
 */
export function checkTraining(settings: TrainingSettings): void {
  for (const [name, value] of Object.entries(settings)) {
    if (name in numberRules) checkNumber(name as NumberSetting, value);
  }
}

/** @throws ProblemError for a length that is no whole number from `least` to `most`, the most that a base takes */
export function checkLength(
  value: number,
  name: 'sequenceLength' | 'horizon',
  least: number,
  most = Number.POSITIVE_INFINITY,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  if (most === Number.POSITIVE_INFINITY) throw refuseNumber(name, value, `a whole number from ${least}`);
  throw refuseNumber(name, value, `a whole number from ${least} to ${most}`, `this base takes ${most} at most`);
}
