import { READERS } from '../../test/fuzz/readers';
import type { Round } from '../../test/fuzz/rounds';
import { readFlags, UsageError } from '../flags.mjs';
import { command } from './flags.mjs';
import { supervised } from './supervise';

/** Longest that a file of some kilobytes may take. */
const MOST_MS = 1000;
/** Memory that a process may come to need for one more small file, beside twice its size: what it compiles and has not tidied yet. */
const SLACK_BYTES = 64 * 2 ** 20;

/** What came of the mutations of one reader. */
interface Row {
  readonly id: string;
  readonly samples: number;
  readonly mutations: number;
  readonly read: number;
  readonly refused: number;
  readonly failed: number;
  readonly slowestMs: number;
  readonly mostBytes: number;
}

/** `npm run fuzz`: every reader with damaged files, as a table. What failed is said on standard error as it is met. */
export async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (typeof options === 'string') {
    console.error(options);
    return 2;
  }
  const { chosen, mutations, seed } = options;
  console.log('| reader | samples | mutations | read | refused | others | slowest, ms | most memory, MiB |');
  console.log('| --- | --: | --: | --: | --: | --: | --: | --: |');
  let failures = 0;
  for (const { id, samples } of chosen) {
    const row = await rowOf(id, (await samples()).length, mutations, seed);
    failures += row.failed;
    console.log(`| ${cells(row).join(' | ')} |`);
  }
  return failures === 0 ? 0 : 1;
}

function optionsOf(args: readonly string[]) {
  try {
    const {
      mutations = 10_000,
      reader = '',
      seed = 1,
    } = readFlags(command, args).values as {
      readonly mutations?: number;
      readonly reader?: string;
      readonly seed?: number;
    };
    const chosen = READERS.filter(({ id }) => id.includes(reader));
    if (chosen.length > 0) return { chosen, mutations, seed };
    throw new UsageError(
      `No reader has "${reader}" in its name.`,
      `They are: ${READERS.map(({ id }) => id).join(', ')}.`,
    );
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

async function rowOf(id: string, samples: number, mutations: number, seed: number): Promise<Row> {
  const counts = { read: 0, refused: 0, failed: 0 };
  let slowestMs = 0;
  let mostBytes = 0;
  for await (const round of supervised(id, mutations, seed)) {
    const fault = faultOf(round);
    counts[fault ? 'failed' : round.outcome] += 1;
    if (fault) console.error(`${id}, seed ${seed}, round ${round.round}: ${fault}`);
    slowestMs = Math.max(slowestMs, round.milliseconds);
    mostBytes = Math.max(mostBytes, round.grownBytes);
  }
  return { id, samples, mutations, ...counts, slowestMs, mostBytes };
}

/** Undefined for a round as it should be. */
function faultOf({ error, milliseconds, grownBytes, fileBytes }: Round): string | undefined {
  if (error !== undefined) return error;
  if (milliseconds > MOST_MS) return `it took ${Math.round(milliseconds)} ms`;
  if (grownBytes > 2 * fileBytes + SLACK_BYTES) return `it took ${grownBytes} bytes for a file of ${fileBytes}`;
  return undefined;
}

const cells = ({ id, samples, mutations, read, refused, failed, slowestMs, mostBytes }: Row) => [
  id,
  ...[samples, mutations, read, refused, failed].map((count) => count.toLocaleString('en')),
  Math.round(slowestMs),
  Math.round(mostBytes / 2 ** 20),
];
