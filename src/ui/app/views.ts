import { ActionsView } from '../actions/view';
import type { TaskViewClass } from '../bench/task_view';
import type { Workbench } from '../bench/workbench';
import { TextView } from '../text/view';

/** Every task of the page, in the order of the switch; who has chosen none sees the last. */
export const views: readonly TaskViewClass<Workbench>[] = [ActionsView, TextView];
