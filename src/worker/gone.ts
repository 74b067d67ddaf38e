/** How a page learns that the thread of its run has ended, which answers nothing any more: while a run is under way, the thread holds a lock. */
import { type Outcome, type Problem, problem } from '../problem';

/** Milliseconds in which an answer comes that was given as the lock was let go. */
const ANSWERS_WITHIN = 5000;

/** In the thread: does the work with the lock. */
export const whileHeld = <T>(lock: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(lock, {}, work);

/**
 * In the page: what a call answers that works with the lock; a problem where the thread has ended before.
 * @param call begins to tell when it has the lock
 */
export function untilGone<Event, T>(
  lock: string,
  call: (tell: (event: Event) => void) => Promise<Outcome<T>>,
  onEvent: (event: Event) => void,
): Promise<Outcome<T>> {
  return new Promise((resolve, reject) => {
    let watches = false;
    const watch = async () => {
      watches = true;
      await navigator.locks.request(lock, {}, () => undefined);
      await new Promise((enough) => setTimeout(enough, ANSWERS_WITHIN));
      resolve({ ok: false, problem: GONE });
    };
    call((event) => {
      if (!watches) watch().catch(reject);
      onEvent(event);
    }).then(resolve, reject);
  });
}

const GONE: Problem = problem(
  'The training thread has ended.',
  'training',
  'Reload the page: the run can be resumed there from its last checkpoint, if it has kept one.',
).problem;
