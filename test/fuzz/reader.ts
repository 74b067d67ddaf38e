import { type Problem, ProblemError } from '../../src/problem';
import type { Bytes } from './mutate';

/** Files of one thing that a reader reads, by their path. */
export type Sample = Readonly<Record<string, Bytes>>;

/** A reader of what comes from anywhere: one row of the table in readers.ts. */
export interface FuzzReader {
  readonly id: string;
  /** Good ones; each of their files is changed in turn. */
  samples(): Promise<readonly Sample[]>;
  /**
   * Reads to the end.
   * @returns the problems that it reports, where it refuses what it was given without throwing
   * @throws ProblemError where it refuses
   */
  read(sample: Sample): Promise<readonly Problem[] | undefined>;
}

/** Whether it was read, or refused in words for a person. @throws Error where neither is so */
export async function outcomeOf(reader: FuzzReader, sample: Sample): Promise<'read' | 'refused'> {
  try {
    const problems = await reader.read(sample);
    for (const one of problems ?? []) checkWords(one);
    return problems ? 'refused' : 'read';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    checkWords(error.problem);
    return 'refused';
  }
}

/** @throws Error where a problem is none that a person can act on */
export function checkWords({ what, where, fix }: Problem): void {
  const lacks = (why: string) => new Error(`${why}: ${JSON.stringify({ what: what.slice(0, 500), where, fix })}`);
  if (!/\.$/.test(what)) throw lacks('no sentence');
  if (what.length > 1500) throw lacks(`a sentence of ${what.length} letters`);
  if (!where) throw lacks('no place');
  if (where.length > 600) throw lacks(`a place of ${where.length} letters`);
}

export const filesOf = (sample: Sample) =>
  Object.entries(sample).map(([path, bytes]) => ({ path, file: new Blob([bytes]) }));

export const bytesOf = async (blob: Blob): Promise<Bytes> => new Uint8Array(await blob.arrayBuffer());

export const utf8 = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text));

export const jsonBytes = (value: unknown): Bytes => utf8(JSON.stringify(value));

/** A sample of files as pickers give them. */
export const sampleOf = async (files: readonly { readonly path: string; readonly file: Blob }[]): Promise<Sample> =>
  Object.fromEntries(await Promise.all(files.map(async ({ path, file }) => [path, await bytesOf(file)] as const)));
