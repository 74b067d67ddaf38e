import type { SampleSummary } from '../base/catalogue';
import { problem } from '../problem';
import { siteFile } from './site';

interface Sample extends SampleSummary {
  readonly file: string;
}

/** What ships in public/samples/, as its index says. */
export async function sampleCatalogue(): Promise<readonly SampleSummary[]> {
  return (await readIndex()).map(({ file, ...summary }) => summary);
}

/** A sample as the file that a person would have dropped. */
export async function fetchSample(id: string): Promise<File> {
  const sample = (await readIndex()).find((candidate) => candidate.id === id);
  if (!sample) throw problem(`There is no sample "${id}".`, 'samples');
  const response = await fetch(siteFile(`samples/${sample.file}`));
  if (!response.ok) throw problem(`${sample.file} answered ${response.status}.`, 'samples', 'Reload the page.');
  return new File([await response.blob()], sample.file);
}

async function readIndex(): Promise<readonly Sample[]> {
  const response = await fetch(siteFile('samples/index.json'));
  if (!response.ok) throw problem(`The list of samples answered ${response.status}.`, 'samples', 'Reload the page.');
  return (await response.json()) as readonly Sample[];
}
