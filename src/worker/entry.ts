import './sealed'; // before all others
import { expose, transfer } from 'comlink';
import type { Outcome, TrainerApi } from './api';
import { whileHeld } from './gone';
import { releasing } from './releasing';
import { createTrainer } from './trainer';

/** Hands what an answer holds over to the page, in place of a copy of it. */
function handed<T>(answer: Outcome<T>, parts: (value: T) => Transferable[]): Outcome<T> {
  return answer.ok ? transfer(answer, parts(answer.value)) : answer;
}

const created = createTrainer();
const trainer: TrainerApi = {
  ...created,
  train: (settings, onEvent) => whileHeld(self.name, () => releasing(onEvent, (emit) => created.train(settings, emit))),
  resume: (runId, onEvent, takeOver) =>
    whileHeld(self.name, () => releasing(onEvent, (emit) => created.resume(runId, emit, takeOver))),
  evaluateAdapter: (id, onEvent) => releasing(onEvent, (emit) => created.evaluateAdapter(id, emit)),
  openRecording: (files, options, onProgress) =>
    onProgress
      ? releasing(onProgress, (tell) => created.openRecording(files, options, tell))
      : created.openRecording(files, options),
  recordingCurves: async (episode) =>
    handed(await created.recordingCurves(episode), ({ times, state, action }) =>
      [times, state, action].map(({ buffer }) => buffer),
    ),
  recordingPictures: async (request) =>
    handed(await created.recordingPictures(request), ({ pictures }) => pictures.map(({ picture }) => picture)),
  keepModel: (id, onProgress) => releasing(onProgress, (tell) => created.keepModel(id, tell)),
  generate: (request, onText) => releasing(onText, (say) => created.generate(request, say)),
};
expose(trainer);
