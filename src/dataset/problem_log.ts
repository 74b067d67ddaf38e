import type { Problem } from '../problem';

const LISTED_LINES = 5;

/** Collects what could not be read in one file: every problem of the file itself, the first few of single lines, the count of the rest. */
export interface ProblemLog {
  atLine(line: number, what: string, fix: string): void;
  ofFile(what: string, fix: string): void;
  list(): Problem[];
}

export function problemLog(file: string): ProblemLog {
  const ofFile: Problem[] = [];
  const atLine: { readonly line: number; readonly problem: Problem }[] = [];
  let unlisted = 0;
  return {
    atLine(line, what, fix) {
      if (atLine.length < LISTED_LINES) {
        atLine.push({ line, problem: { what, where: `${file}, line ${line}`, fix } });
        return;
      }
      unlisted++;
    },
    ofFile(what, fix) {
      ofFile.push({ what, where: file, fix });
    },
    list() {
      const listed = atLine.sort((a, b) => a.line - b.line).map(({ problem }) => problem);
      if (unlisted === 0) return [...ofFile, ...listed];
      const what = unlisted === 1 ? 'and 1 more line was skipped.' : `and ${unlisted} more lines were skipped.`;
      return [...ofFile, ...listed, { what, where: file, fix: 'Correct them in the same way, or go on without them.' }];
    },
  };
}
