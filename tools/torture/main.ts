import { readFlags, UsageError } from '../flags.mjs';
import { provideFor } from '../machine.mjs';
import { ensureBuilt } from '../setup.mjs';
import type { TestedBrowser } from './browser';
import { command } from './flags.mjs';
import { scenarios } from './scenarios';
import { type Tally, torture } from './torture';

interface Given {
  readonly kills?: number;
  readonly browser?: readonly TestedBrowser['name'][];
  readonly scenario?: readonly string[];
  readonly seed?: number;
}

/** `npm run torture`: whether a run survives whatever is done to it. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const {
      kills = 20,
      browser = ['chromium', 'firefox'],
      scenario,
      seed = 1,
    } = readFlags(command, args).values as Given;
    provideFor('torture');
    if (browser.includes('firefox')) provideFor('test:firefox');
    if (!ensureBuilt()) return 1;
    const chosen = scenarios.filter(({ id }) => scenario?.includes(id) ?? true);
    const tallies: Tally[] = [];
    for (const name of browser) {
      tallies.push(await torture({ browser: name, scenarios: chosen, kills, seed, print: console.log }));
    }
    const sum = (key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);
    console.log(`${sum('survived')} of ${sum('kills')} kills: each went on, or said from where, to the same end`);
    return sum('survived') === sum('kills') ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return error instanceof UsageError ? 2 : 1;
  }
}
