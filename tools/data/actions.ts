import { problem } from '../../src/problem';
import type { FileInFolder } from '../../src/recording/report';

/** What is understood of a recording. @throws ProblemError until the recording reader is wired to this command */
export async function describeRecording(
  files: readonly FileInFolder[],
  _args: readonly string[],
): Promise<{ json: object; ok: boolean }> {
  throw problem(
    'This command does not read recordings.',
    files[0]?.path,
    'Open the recording in the page, or with npm run train.',
  );
}
