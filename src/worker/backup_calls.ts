import { restoreBackup, writeBackup } from '../adapter/backup';
import type { Kept } from '../adapter/kept';
import { outcome, type Problem } from '../problem';
import type { BackupCalls } from './api';
import { blobOf } from './exported';

export const backupCalls = (kept: Kept<unknown>): BackupCalls => ({
  backup: () =>
    outcome(async () => {
      const problems: Problem[] = [];
      const now = Date.now();
      const name = `adaptab-backup-${new Date(now).toISOString().slice(0, 10)}.zip`;
      const content = await blobOf(
        writeBackup(kept, now, (problem) => problems.push(problem)),
        name,
      );
      return { name, content, problems };
    }),
  restoreBackup: (file) => outcome(() => restoreBackup(file, kept)),
});
