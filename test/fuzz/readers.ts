import { BACKUPS } from './backups';
import { MODELS } from './models';
import { OTHERS } from './others';
import type { FuzzReader } from './reader';
import { RECORDINGS } from './recordings';
import { TEXT } from './text';

/** Every reader of what comes from anywhere. */
export const READERS: readonly FuzzReader[] = [...TEXT, ...RECORDINGS, ...MODELS, ...BACKUPS, ...OTHERS];
