import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomStream } from '../../src/random';
import { serve } from '../serve.mjs';
import { root } from '../setup.mjs';
import type { TestedBrowser, Victim } from './browser';
import { openChromium } from './chromium';
import { tortureCommand } from './commands';
import { openFirefox } from './firefox';
import { type PlannedKill, planKill } from './plan';
import { type Grounds, type Killed, TorturedRun, type Undisturbed, undisturbed } from './run';
import type { Scenario } from './scenarios';

/** Kills of one run: then the next one begins, so that all parts of a run are met. */
const KILLS_A_RUN = 5;

/** Runs that end before the kill that was meant for them, until that is a fault of the tool. */
const RUNS_WITHOUT = 6;

const OPEN: Readonly<Record<TestedBrowser['name'], (profile: string) => TestedBrowser>> = {
  chromium: openChromium,
  firefox: openFirefox,
};

export interface TortureOptions {
  readonly browser: TestedBrowser['name'];
  readonly scenarios: readonly Scenario[];
  /** In all scenarios together. */
  readonly kills: number;
  readonly seed: number;
  /** Says a line. */
  readonly print: (line: string) => void;
}

export interface Tally {
  readonly kills: number;
  readonly survived: number;
}

/** Kills runs of each scenario. @throws Error where one cannot be trained at all, or hangs */
export async function torture({ browser, scenarios, kills, seed, print }: TortureOptions): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'adaptab-torture-'));
  const served = await serve({ root: join(root, 'dist') });
  const url = `${served.url}train.html`;
  const all: boolean[] = [];
  try {
    const chosen = scenarios.filter(({ command }) => !command || browser === 'chromium');
    for (const [n, scenario] of chosen.entries()) {
      const own = Math.floor(((n + 1) * kills) / chosen.length) - Math.floor((n * kills) / chosen.length);
      if (own === 0) continue;
      const random = randomStream(seed, browser, scenario.id);
      const place = join(folder, scenario.id);
      mkdirSync(place);
      const files = await scenario.write(place, url);
      const tortured = { browser, scenario, files, url, place, random, print, kills: own };
      all.push(...(await (scenario.command ? tortureCommand(tortured) : tortureScenario(tortured))));
    }
    return { kills: all.length, survived: all.filter((survived) => survived).length };
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

type ScenarioOptions = Omit<Grounds, 'browser'> &
  Pick<TortureOptions, 'browser' | 'kills' | 'print'> & {
    /** A folder for profiles. */
    readonly place: string;
    readonly random: () => number;
  };

/** @returns of each kill, whether it was survived */
async function tortureScenario(options: ScenarioOptions): Promise<boolean[]> {
  const { browser, scenario, place, random, kills, print } = options;
  const inProfile = async <T>(name: string, work: (grounds: Grounds) => Promise<T>): Promise<T> => {
    const opened = OPEN[browser](join(place, name));
    try {
      return await work({ ...options, browser: opened });
    } finally {
      await opened.close();
    }
  };
  const whole = await inProfile('undisturbed', undisturbed);
  const { sitting, checkpoint, saving } = whole.timing;
  const told = [sitting, checkpoint, saving].map((ms) => `${(ms / 1000).toFixed(2)} s`);
  print(`${browser}, ${scenario.id}: undisturbed ${told[0]}, a checkpoint ${told[1]}, saving ${told[2]}`);
  const all: boolean[] = [];
  for (let run = 0, without = 0; all.length < kills; run++) {
    const left = Math.min(KILLS_A_RUN, kills - all.length);
    const survived = await inProfile(`run ${run}`, (grounds) => tortureRun(grounds, whole, { left, random, print }));
    without = survived.length > 0 ? 0 : without + 1;
    if (without === RUNS_WITHOUT) throw new Error(`${scenario.id}: ${RUNS_WITHOUT} runs have ended before their kill`);
    all.push(...survived);
  }
  return all;
}

interface RunOptions extends Pick<ScenarioOptions, 'random' | 'print'> {
  /** Kills at most. */
  readonly left: number;
}

async function tortureRun(grounds: Grounds, whole: Undisturbed, { left, random, print }: RunOptions) {
  const run = new TorturedRun(grounds, whole, {
    nextKill: async () => (run.kills.length < left ? planKill(grounds.browser, random) : null),
    onKilled: (killed) => print(lineOf(grounds, killed)),
  });
  await run.run();
  if (run.faults.length > 0) print(`  what this run came to: ${run.faults.join('; ')}`);
  return run.kills.map(({ faults }) => faults.length + run.faults.length === 0);
}

const NAMES: Readonly<Record<Victim, string>> = {
  tab: 'the tab closed',
  renderer: "the tab's process killed",
  worker: 'the worker ended',
  gpu: 'the GPU process killed',
  browser: 'the browser killed',
};

const PLACES: Readonly<Record<PlannedKill['aim'], string>> = {
  anywhere: '',
  steps: '',
  checkpoint: ', as a checkpoint was written',
  saving: ', as the adapter was saved',
};

function lineOf({ browser, scenario }: Grounds, { kill, at, goesOn, faults }: Killed): string {
  const when = at === null ? 'before the first step' : `after step ${at}`;
  const wrong = faults.length > 0 ? `  FAULT: ${faults.join('; ')}` : '';
  return `${browser.name}, ${scenario.id}: ${NAMES[kill.victim]} ${when}${PLACES[kill.aim]} → ${goesOn}${wrong}`;
}
