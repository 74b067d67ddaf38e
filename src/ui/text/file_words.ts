import type { FileReport, Problem, Voice } from '../../worker/api';
import { counted } from '../words/format';
import { sentence } from '../words/sentence';
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
    first ? data.refused(first.name, sentence(first.problems[0]?.what ?? ''), refused.length - 1) : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Who speaks in these chats, who says most first. */
export function speakersOf(chats: readonly FileReport[]): readonly Voice[] {
  const messages = new Map<string, number>();
  for (const { voices = [] } of chats)
    for (const voice of voices) messages.set(voice.name, (messages.get(voice.name) ?? 0) + voice.messages);
  return [...messages].map(([name, sum]) => ({ name, messages: sum })).sort((a, b) => b.messages - a.messages);
}

/** Problems of one file, those that say the same as one, with the place of each. */
export function alike(problems: readonly Problem[]): readonly Problem[] {
  const same = new Map<string, Problem[]>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.what, problem.fix]);
    same.set(key, [...(same.get(key) ?? []), problem]);
  }
  return [...same.values()].map((group) => {
    const where = group.map((one) => one.where ?? '').join('; ');
    return group.length === 1 ? group[0]! : { ...group[0]!, where };
  });
}
