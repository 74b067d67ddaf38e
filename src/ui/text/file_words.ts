import type { FileReport } from '../../worker/api';
import { counted } from '../words/format';
import { words } from './words';

/** A file that a person has to decide about before anything of it is learned. */
export const isUndecided = ({ examples, voices = [], columns = [], mayBeLatin1 }: FileReport): boolean =>
  examples === 0 && (voices.length > 0 || columns.length > 0 || mayBeLatin1 === true);

/** What became of files that were added, in brief. */
export function becameWords(files: readonly FileReport[]): string {
  const { data } = words;
  const added = files.filter(({ examples }) => examples > 0);
  const undecided = files.filter(isUndecided);
  const refused = files.filter((file) => file.examples === 0 && !isUndecided(file));
  const [first] = refused;
  const [waiting] = undecided;
  return [
    added.length > 0 || !first ? data.added(counted(added.length, 'file')) : '',
    waiting ? data.waits(waiting.name, undecided.length - 1) : '',
    first ? data.refused(first.name, first.problems[0]?.what ?? '', refused.length - 1) : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
