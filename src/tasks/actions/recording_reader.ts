import { checkNumber, type Problem, problem } from '../../problem';
import { curvesOf, Looker } from '../../recording/look';
import { openRecording as readRecording } from '../../recording/open_recording';
import { reported, toldOnce } from '../../recording/problems';
import type { Recording } from '../../recording/recording';
import type {
  EpisodeCurves,
  EpisodePictures,
  FileInFolder,
  PicturesRequest,
  ReadingProgress,
  RecordingReport,
  StateReport,
} from '../../recording/report';
import { splitEpisodes } from '../../recording/split';
import { MAX_JOINTS, type RecordingOptions, STATE_FORMS, type StateForm } from '../../settings/actions';
import type { OpenedRecording } from './data';
import { chooseState, suggestDelta } from './state';

const ALONE: Problem = {
  what: 'There is one episode. It is learned from; none is held out, so nothing tells how well it was learned.',
  fix: 'Add an episode, or go on without a measure.',
};

/** The recording that is open: of several that are asked for, the last. */
export class RecordingReader {
  opened: OpenedRecording | null = null;
  #turn = 0;
  #looker: Looker | null = null;
  #looks = 0;

  /** Reads a recording and holds episodes out. @throws ProblemError where there is nothing to learn from, or a number makes no sense */
  async open(
    files: readonly FileInFolder[],
    { heldoutFraction, seed, ...how }: RecordingOptions,
    tell: (progress: ReadingProgress) => void = () => undefined,
  ): Promise<RecordingReport> {
    checkNumber('heldoutFraction', heldoutFraction);
    checkNumber('seed', seed);
    if (how.fps !== undefined) checkNumber('fps', how.fps);
    const turn = ++this.#turn;
    const onProgress = (done: number, of: number) => {
      if (turn !== this.#turn) throw new Error('The reading was given up.'); // no fault of a file: nothing goes on after it
      tell({ done, of });
    };
    const recording = await readRecording(files, { ...how, onProgress });
    onProgress(1, 1);
    this.opened = { recording, split: splitEpisodes(recording.episodes.length, heldoutFraction, seed) };
    this.#looker = new Looker(recording);
    this.#looks++;
    const report = reportOf(this.opened);
    return heldoutFraction > 0 && report.heldoutFrames === 0
      ? { ...report, problems: [...report.problems, ALONE] }
      : report;
  }

  close(): void {
    this.#turn++;
    this.#looks++;
    this.opened = null;
    this.#looker = null;
  }

  /** The joints of an episode over time. @throws ProblemError where it is not open */
  curves(episode: number): EpisodeCurves {
    const curves = this.opened && curvesOf(this.opened.recording, episode);
    if (!curves) throw notOpen();
    return curves;
  }

  /** What cameras saw. A new call overtakes the one before, which then ends with what it has. @throws ProblemError where no recording is open */
  async pictures(request: PicturesRequest): Promise<EpisodePictures> {
    const look = ++this.#looks;
    if (!this.#looker) throw notOpen();
    return this.#looker.look(request, () => look !== this.#looks);
  }
}

const notOpen = () => problem('The recording is no longer open.', 'data', 'Open it again.');

/** What the page shows of it. */
function reportOf({ recording, split }: OpenedRecording): RecordingReport {
  const { info, fps, jointNames, cameras, tasks, problems } = recording;
  const heldout = new Set(split.heldout);
  const episodes = recording.episodes.map(({ index, source, length, task }, n) => ({
    index,
    ...(source ? { source } : {}),
    frames: length,
    task: tasks[task[0] ?? 0] ?? '',
    heldout: heldout.has(n),
  }));
  const count = (some: readonly { readonly frames: number }[]) => some.reduce((sum, { frames }) => sum + frames, 0);
  return {
    layout: info.layout,
    robot: info.robot,
    fps,
    episodes,
    promisedEpisodes: info.promisedEpisodes,
    frames: count(episodes),
    heldoutFrames: count(episodes.filter((episode) => episode.heldout)),
    joints: jointNames,
    allJoints: recording.joints ?? [],
    cameras,
    tasks,
    suggestedState: chooseState(recording, { state: null }, MAX_JOINTS),
    states: STATE_FORMS.map((form) => stateReport(recording, form)),
    problems: toldOnce(problems),
  };
}

function stateReport(recording: Recording, form: StateForm): StateReport {
  return { form, refused: refusalOf(recording, form), delta: suggestDelta(recording, form) };
}

function refusalOf(recording: Recording, form: StateForm): string | null {
  try {
    chooseState(recording, { state: form }, MAX_JOINTS);
    return null;
  } catch (error) {
    return reported(error).what;
  }
}
