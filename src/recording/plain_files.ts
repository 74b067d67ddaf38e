import type { StoredFile } from '../containers/stored_file';
import type { Problem } from '../problem';
import { episodeBuilder, type Motion } from './episodes';
import { jointNames } from './features';
import { refusePointer } from './files';
import type { Gathering } from './gathering';
import type { LayoutReader } from './layout_reader';
import { nothingLeft } from './lerobot';
import { MOTION_READERS } from './motion_readers';
import { alike, reported } from './problems';
import type { Camera } from './recording';
import { taskList } from './tasks';
import { foreignProblems, unknownFiles } from './unknown_files';

/** Frames a second where neither the file nor the person says. */
const USUAL_FPS = 30;

/** Files that hold motion by themselves: an episode a file, unless the file itself tells episodes apart. */
export const plainFiles: LayoutReader = {
  id: 'plain files',
  matches: () => true, // and where there is no motion, it says what to choose
  async read(files, options, problems) {
    const gathering: Gathering = {
      builder: episodeBuilder(),
      tasks: taskList(),
      choice: options.columns ?? {},
      problems,
      next: 0,
      columns: { state: ['state'], action: ['action'] },
      names: { state: [], action: [] },
      rate: null,
      footage: new Map(),
      cameras: new Map(),
    };
    const layout = await gather(files, gathering, options.onProgress);
    if (layout !== null) problems.push(...foreignProblems(files));
    const { builder, columns, names, tasks, rate } = gathering;
    const widths = builder.widths();
    const fps = options.fps ?? rate?.fps ?? USUAL_FPS;
    const known = options.fps !== undefined || rate?.told === true;
    const motions = builder.finish({ fps, known }, 'the recording', problems);
    if (layout === null || widths === null || motions.length === 0)
      throw problems.length > 0 ? nothingLeft(problems, 'the files') : unknownFiles(files);
    if (rate && !known && !rate.timed) problems.push(assumedRate(fps));
    const { episodes, cameras } = filmed(motions, gathering);
    return {
      info: {
        layout,
        robot: '',
        promisedEpisodes: null,
        stateColumn: columns.state.join(', '),
        actionColumn: columns.action.join(', '),
      },
      fps: measuredFps(motions[0]!.timestamps) ?? fps,
      episodes,
      jointNames: {
        state: jointNames(names.state, widths.state, 'state'),
        action: jointNames(names.action, widths.action, 'action'),
      },
      cameras,
      tasks: tasks.texts,
      problems,
    };
  },
};

const assumedRate = (fps: number): Problem => ({
  what: `The files do not say how many frames a second they have; ${fps} are taken, which is usual in such files.`,
  where: 'the recording',
  fix: 'Give the number where it is another, or go on.',
});

/** The episodes with what their cameras saw, where the files hold pictures. */
function filmed(motions: readonly Motion[], { footage, cameras }: Gathering) {
  const names = [...cameras.keys()];
  const episodes = motions.map(({ origin: { episode, row }, ...motion }) => ({
    ...motion,
    footage: names.map((name) => {
      const found = footage.get(episode)?.get(name);
      return found ? { ...found, row: found.row + row } : null;
    }),
  }));
  const found = names.map((name): Camera => ({ name, ...cameras.get(name)!, available: true, codec: 'image' }));
  return { episodes, cameras: found };
}

/** Reads the files, each by the reader that takes it; answers with what they are called, null where none is taken. */
async function gather(
  files: readonly StoredFile[],
  gathering: Gathering,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<string | null> {
  const readerOf = (file: StoredFile) => MOTION_READERS.find((one) => one.matches(file));
  const work = MOTION_READERS.flatMap((reader) => {
    const own = files.filter((file) => readerOf(file) === reader);
    return reader.groups(own).map((group) => ({ reader, group }));
  });
  const failed: Problem[] = [];
  for (const [done, { reader, group }] of work.entries()) {
    onProgress(done, work.length);
    try {
      for (const file of group) await refusePointer(file);
      await reader.read(group, gathering);
    } catch (error) {
      failed.push(reported(error));
    }
  }
  gathering.problems.push(...alike(failed, work.length, 'file'));
  return work.at(-1)?.reader.layout ?? null;
}

/** Frames a second out of the middle distance between two frames. */
function measuredFps(timestamps: Float32Array): number | null {
  const steps = timestamps.slice(1).map((time, i) => time - timestamps[i]!);
  const middle = steps.sort()[steps.length >> 1];
  return middle !== undefined && middle > 0 ? Math.round((1 / middle) * 100) / 100 : null;
}
