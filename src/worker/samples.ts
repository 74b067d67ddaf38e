import type { SampleSummary } from '../base/catalogue';
import { fetchBytes, fetchJson } from '../base/site_files';
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
  return new File([await fetchBytes(siteFile(`samples/${sample.file}`), 'samples')], sample.file);
}

const readIndex = () => fetchJson<readonly Sample[]>(siteFile('samples/index.json'), 'samples');
