import { mutatedFile } from './mutate';
import { type FuzzReader, outcomeOf, type Sample } from './reader';

/** What came of one mutation. */
export interface Round {
  readonly round: number;
  readonly outcome: 'read' | 'refused' | 'failed';
  /** Of what was neither read nor refused in words for a person. */
  readonly error?: string;
  /** Of the processor, all threads. */
  readonly milliseconds: number;
  /** By which the most memory that the process ever had has grown. */
  readonly grownBytes: number;
  /** Of the mutated sample. */
  readonly fileBytes: number;
}

/**
 * Mutations of a reader's samples, one after another.
 * @param before hears of each round before it begins
 */
export async function* roundsOf(
  reader: FuzzReader,
  { from = 0, to, seed }: { readonly from?: number; readonly to: number; readonly seed: number | string },
  before: (round: number) => void = () => undefined,
): AsyncGenerator<Round> {
  const files = (await reader.samples()).flatMap((sample) => Object.keys(sample).map((path) => ({ sample, path })));
  for (const { sample } of files) await readsWell(reader, sample);
  for (let round = from; round < to; round++) {
    const { sample, path } = files[round % files.length]!;
    const mutated = { ...sample, [path]: mutatedFile(path, sample[path]!, reader.id, seed, round) };
    before(round);
    yield { round, ...(await measured(reader, mutated)) };
  }
}

/** @throws Error where a sample is not even read as it is */
async function readsWell(reader: FuzzReader, sample: Sample): Promise<void> {
  const problems = await reader.read(sample);
  if (problems) throw new Error(`${reader.id} refuses ${Object.keys(sample).join(', ')}: ${JSON.stringify(problems)}`);
}

async function measured(reader: FuzzReader, sample: Sample): Promise<Omit<Round, 'round'>> {
  const most = process.resourceUsage().maxRSS;
  const started = process.cpuUsage();
  let outcome: Round['outcome'] = 'failed';
  let error: string | undefined;
  try {
    outcome = await outcomeOf(reader, sample);
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  const { user, system } = process.cpuUsage(started);
  return {
    outcome,
    ...(error === undefined ? {} : { error }),
    milliseconds: (user + system) / 1000,
    grownBytes: 1024 * (process.resourceUsage().maxRSS - most),
    fileBytes: Object.values(sample).reduce((sum, { length }) => sum + length, 0),
  };
}
