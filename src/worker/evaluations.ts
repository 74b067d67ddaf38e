import type { AdapterStore } from '../adapter/store';
import { makeRoom, openPrefixStore } from '../prefixes/stores';
import { outcome, problem } from '../problem';
import type { OpenedRecording } from '../tasks/actions/data';
import { evaluateAdapter } from '../tasks/actions/evaluation';
import type { OpenLoop } from '../tasks/actions/events';
import type { TrainEvent } from '../tasks/events';
import { RunControl, stoppedEarly } from '../train/control';
import type { TrainerApi } from './api';
import type { Session } from './session';

/** Adapters that are tried on the open recording, one at a time: a new one ends the one before. */
export function evaluationCalls(
  session: Session,
  adapters: AdapterStore,
  opened: () => OpenedRecording | null,
): Pick<TrainerApi, 'evaluateAdapter' | 'stopEvaluating'> {
  let latest = new RunControl();
  let busy: Promise<unknown> = Promise.resolve();
  const evaluate = async (id: string, control: RunControl, onEvent: (event: TrainEvent) => void): Promise<OpenLoop> => {
    const adapter = await adapters.load(id);
    const recording = opened();
    if (!recording) throw problem('There is no recording to try it on.', 'data', 'Open the folder of a recording.');
    const { base: of } = adapter.summary;
    const [gpu, base, tokenizer] = await Promise.all([session.gpu(), session.base(of), session.tokenizer(of)]);
    const emit = (event: TrainEvent): void => {
      if (control.stopped) throw stoppedEarly();
      onEvent(event);
    };
    const parts = { gpu, base, tokenizer, adapter, opened: recording, control, emit };
    return evaluateAdapter({ ...parts, openPrefixes: openPrefixStore, makeRoom });
  };
  return {
    evaluateAdapter: (id, onEvent) => {
      latest.stop();
      const control = new RunControl();
      latest = control;
      const ended = busy.then(async () => {
        const answer = await outcome(() => evaluate(id, control, onEvent));
        return control.stopped ? { ok: true as const, value: null } : answer;
      });
      busy = ended;
      return ended;
    },
    stopEvaluating: () => outcome(() => latest.stop()),
  };
}
