import { restoreBackup, writeBackup } from '../adapter/backup';
import type { Kept } from '../adapter/kept';
import { outcome, type Problem } from '../problem';
import { taskOf } from '../tasks/registry';
import type { BackupCalls } from './api';
import { blobOf } from './exported';
import { changing } from './other_tabs';

export const backupCalls = (kept: Kept<unknown>): BackupCalls => ({
  backup: () =>
    outcome(async () => {
      let problems: Problem[] = [];
      const now = Date.now();
      const name = `adaptab-backup-${new Date(now).toISOString().slice(0, 10)}.zip`;
      const write = () => {
        problems = [];
        return writeBackup(kept, now, (problem) => problems.push(problem));
      };
      const content = await blobOf(write(), name, write);
      return { name, content, problems };
    }),
  restoreBackup: (file) =>
    changing(() => restoreBackup(file, { ...kept, formsOf: (settings) => taskOf(settings).forms })),
});
