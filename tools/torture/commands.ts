import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { PATIENCE } from './browser';
import { differences, type Kept, keptIn } from './kept';
import { DATA, type Scenario } from './scenarios';

/** Ways in which `npm run train` is ended: asked to, or not. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGKILL'] as const;
type Signal = (typeof SIGNALS)[number];

/** Milliseconds after the step at which a signal comes. */
const AFTER_STEP = 300;

export interface CommandOptions {
  readonly scenario: Scenario;
  /** The folder that the scenario's data are in, and where results go. */
  readonly place: string;
  readonly random: () => number;
  readonly kills: number;
  readonly print: (line: string) => void;
}

/** Ends `npm run train` by signals, over and over, and goes on with --resume. @returns of each signal, whether it was survived */
export async function tortureCommand(options: CommandOptions): Promise<boolean[]> {
  const { kills, print } = options;
  const begun = flagsOf(options);
  const whole = join(options.place, 'whole');
  const { code, said } = await train([...begun, '--out', whole], null);
  if (code !== 0) throw new Error(`npm run train fails: ${said}`);
  const undisturbed = keptBy(whole);
  print(`npm run train, ${options.scenario.task}: undisturbed, ${undisturbed.train.length} steps`);
  const all: boolean[] = [];
  for (let run = 0; all.length < kills; run++) {
    const out = join(options.place, `run ${run}`);
    const faults = await tortureOne({ ...options, kills: kills - all.length }, begun, out);
    const differs = differences(keptBy(out), undisturbed);
    if (differs.length > 0) print(`  what this run came to: ${differs.join('; ')}`);
    all.push(...faults.map((own) => own.length + differs.length === 0));
  }
  return all;
}

/** What a run of the command has left in a folder. */
function keptBy(out: string): Kept {
  const { adapter } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { adapter: string };
  return keptIn(new Uint8Array(readFileSync(join(out, adapter))));
}

/** One run, from signal to signal until it has ended. @returns of each signal, what was wrong */
async function tortureOne({ scenario, random, kills, print }: CommandOptions, begun: readonly string[], out: string) {
  const { steps = 0 } = scenario.settings;
  const faults: string[][] = [];
  let ending: { readonly signal: Signal; readonly at: number; readonly kept: number } | null = null;
  for (let from = 0; ; ) {
    const at = from + 1 + Math.floor(random() * (steps - from));
    const signal = SIGNALS[Math.floor(random() * SIGNALS.length)] ?? 'SIGTERM';
    const ended = faults.length + (ending ? 1 : 0); // of the last one it is not known yet
    const due = ended < kills ? { step: at, signal, delay: random() * AFTER_STEP } : null;
    const flags = ending ? ['--resume', out] : [...begun, '--out', out];
    const { code, said, sent } = await train(flags, due);
    if (ending) {
      const hadEnded = said.includes('The run had come to its end');
      const [, step] = /Going on after step (\d+) of/.exec(said) ?? [];
      from = hadEnded ? steps : Number(step ?? 0);
      const own = [
        ...(step === undefined && !hadEnded ? ['the command does not say from where it goes on'] : []),
        ...(from < ending.kept ? [`step ${ending.kept} was said to be kept`] : []),
      ];
      faults.push(own);
      const wrong = own.length > 0 ? `  FAULT: ${own.join('; ')}` : '';
      print(
        `npm run train, ${scenario.task}: ${ending.signal} after step ${ending.at} → ${hadEnded ? 'had ended: the adapter is kept' : `goes on from step ${from}`}${wrong}`,
      );
    }
    if (code === 0) return faults;
    if (!sent) throw new Error(`npm run train --resume fails: ${said}`);
    const [, kept] = /Step (\d+) is kept/.exec(said) ?? [];
    ending = { signal, at, kept: Number(kept ?? 0) };
  }
}

interface Due {
  /** The command has said that it trained so many. */
  readonly step: number;
  readonly signal: Signal;
  /** Milliseconds from then on. */
  readonly delay: number;
}

/** Runs the command, and sends it a signal when that is due. @throws Error where it says nothing any more */
async function train(flags: readonly string[], due: Due | null) {
  const script = join(root, 'tools', 'train.mjs');
  const child = spawn(process.execPath, [script, ...flags], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close'); // when the browser is gone too
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  let sent = false;
  let hangs = false;
  const patience = setTimeout(() => {
    hangs = child.kill('SIGKILL');
  }, PATIENCE);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    patience.refresh();
    if (!due || timer || !hasTrained(said, due.step)) return;
    timer = setTimeout(() => {
      sent = child.kill(due.signal);
    }, due.delay);
  });
  await closed;
  clearTimeout(timer);
  clearTimeout(patience);
  if (hangs) throw new Error(`npm run train says nothing for ${PATIENCE / 1000} s after: ${said.slice(-500)}`);
  return { code: child.exitCode, said, sent };
}

const hasTrained = (said: string, step: number) =>
  [...said.matchAll(/\bstep (\d+)\/\d+/g)].some(([, trained]) => Number(trained) >= step);

/** A scenario's settings as flags. */
function flagsOf({ scenario, place }: CommandOptions): string[] {
  const { steps, batchSize, warmupSteps, evaluateEvery, checkpointEvery, sequenceLength } = scenario.settings;
  const numbers = {
    ...{ steps, batch: batchSize, warmup: warmupSteps, length: sequenceLength, heldout: scenario.heldout },
    ...{ 'evaluate-every': evaluateEvery, 'checkpoint-every': checkpointEvery },
  };
  return [
    ...['--task', scenario.task, '--no-early-stop', '--data', join(place, DATA)],
    ...Object.entries(numbers).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, String(value)])),
  ];
}
