import { problem } from '../../problem';
import { checkLength, checkTraining } from '../../run/check';
import { LARGEST_GPU } from '../../run/prepare';
import type { ActionsSettings } from '../../settings/actions';
import { samplesOf } from '../../settings/stages';
import type { Task } from '../task';
import {
  type ActionsData,
  actionsFormOf,
  chosenCameras,
  gatherData,
  isPrefixOfFrame,
  type OpenedRecording,
  pi0Of,
  prefixCount,
} from './data';
import { type ModelFacts, type PreparedActions, prefixWork, prepareActions, recordActions } from './prepare';
import { ActionsRun } from './run';
import { actionsScopes, trueSizeScopes } from './scopes';
import { pictureReader } from './sight';
import { streamedPass } from './streamed_pass';
import { actionsForms } from './told_data';

/** The pictures that openpi's π0 has room for. */
const CAMERAS = 3;

/** Cameras that are chosen. */
const seenIn = ({ cameras }: ActionsSettings): number | undefined => cameras?.filter((name) => name !== null).length;

/** A π0 that learns a robot's actions from its recordings. */
export const actions: Task<ActionsSettings, OpenedRecording, ActionsData, ModelFacts> = {
  id: 'actions',
  bases: ['actions'],
  scopesOf: (base) => actionsScopes(actionsFormOf(base).streamed === true),
  trueSizeScopes,
  causal: false,
  openedOf: (open) => open.recording,
  factsOf(opened, base, settings) {
    const form = actionsFormOf(base);
    const { promptLength } = form;
    if (opened) {
      const cameras = chosenCameras(opened.recording, form, settings).length;
      return {
        cameras,
        prefixes: prefixCount(opened, settings, form, cameras),
        ofFrame: isPrefixOfFrame(form, cameras),
        prompts: opened.recording.tasks.length,
        promptLength,
      };
    }
    const cameras = seenIn(settings) ?? form.cameras.length;
    return { cameras, prefixes: samplesOf(settings), promptLength };
  },
  prepare: prepareActions,
  prepareTrueSize({ config, promptLength }, settings, facts, options) {
    checkTraining(settings);
    checkLength(settings.horizon, 'horizon', 1);
    const most = { cameras: seenIn(settings) ?? CAMERAS, prefixes: samplesOf(settings), promptLength };
    const all = { ...most, ...facts };
    return recordActions(config, settings, all, { gpu: LARGEST_GPU, ...options });
  },
  extraWork: (prepared: PreparedActions, facts, settings) => prefixWork(prepared, facts, settings),
  passOf: streamedPass,
  async gather(opened, base, settings, { emit, progress }) {
    if (!opened) throw problem('There is no recording to train on.', 'data', 'Open the folder of a recording.');
    const { data, problems } = await gatherData(opened, base, settings, progress);
    for (const found of problems) emit({ kind: 'problem', problem: found });
    return data;
  },
  forms: actionsForms,
  createRun: (parts, data, opened) =>
    new ActionsRun({ ...parts, data, pictures: pictureReader(data, opened, pi0Of(parts.base).img.imageSize) }),
};
