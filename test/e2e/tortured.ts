import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestedBrowser } from '../../tools/torture/browser';
import type { PlannedKill } from '../../tools/torture/plan';
import { type Killed, TorturedRun, undisturbed } from '../../tools/torture/run';
import { scenarios } from '../../tools/torture/scenarios';
import { serveSite, temporaryFolder } from './site';

export interface Tortured {
  /** What was killed, when, and what came of it. */
  readonly kills: readonly Killed[];
  /** All that was wrong with it, and with the end. */
  readonly faults: readonly string[];
}

/** One run of a scenario in which these kills come, in their order, as `npm run torture` does it. */
export async function tortured(
  open: (profile: string) => TestedBrowser,
  id: string,
  kills: readonly PlannedKill[],
): Promise<Tortured> {
  const scenario = scenarios.find((one) => one.id === id);
  if (!scenario) throw new Error(`there is no scenario ${id}`);
  const { url: site } = await serveSite();
  const url = `${site}train.html`;
  const place = temporaryFolder();
  const files = await scenario.write(place, url);
  const browserOf = (name: string) => {
    mkdirSync(join(place, name));
    return open(join(place, name));
  };
  const calm = browserOf('undisturbed');
  const whole = await undisturbed({ browser: calm, scenario, files, url }).finally(calm.close);
  const browser = browserOf('tortured');
  const done: Killed[] = [];
  const run = new TorturedRun({ browser, scenario, files, url }, whole, {
    nextKill: async () => kills[done.length] ?? null,
    onKilled: (killed) => done.push(killed),
  });
  await run.run().finally(browser.close);
  return { kills: done, faults: [...done.flatMap(({ faults }) => faults), ...run.faults] };
}
