import type { Problem } from '../problem';
import { problem } from '../problem';
import { type Feature, readFeatures } from './features';
import { countOf, fieldsOf, numberOf, textOf } from './json';
import { type PathTemplate, pathTemplate } from './path_template';
import { reported } from './problems';

/** meta/info.json of a LeRobot recording, checked. */
export interface Info {
  readonly layout: string;
  /** True where several episodes share a data file (v3.0), false where each has its own (v2.x). */
  readonly shared: boolean;
  readonly robot: string;
  readonly fps: number;
  readonly promisedEpisodes: number | null;
  readonly features: readonly Feature[];
  readonly data: PathTemplate;
  /** Null where the recording names no videos. */
  readonly video: PathTemplate | null;
  readonly chunkSize: number;
}

const DATA_PATHS = {
  shared: 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet',
  own: 'data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet',
};
const VIDEO_PATHS = {
  shared: 'videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4',
  own: 'videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4',
};

/** Frames a second, fewer than which nobody records. */
const SLOWEST = 1e-6;

/** Reads info.json. @throws ProblemError for a version or a frame rate that is unknown; a wrong path is replaced by the usual one and reported. */
export function readInfo(json: unknown, where: string, problems: Problem[]): Info {
  const fields = fieldsOf(json);
  const version = textOf(fields.get('codebase_version'), 20) ?? '';
  const dataPath = textOf(fields.get('data_path')) ?? '';
  const shared = layoutIsShared(version, dataPath, where);
  const fps = numberOf(fields.get('fps'));
  if (fps === null || fps < SLOWEST || fps > 10_000)
    throw problem('"fps" is no rate of frames a second.', where, 'Set "fps" to the rate that was recorded with.');
  const kind = shared ? 'shared' : 'own';
  const needed = shared ? ['file_index' as const] : ['episode_index' as const];
  const videoPath = textOf(fields.get('video_path'));
  return {
    layout: `LeRobot ${version || (shared ? 'v3' : 'v2')}`,
    shared,
    robot: textOf(fields.get('robot_type'), 80) ?? '',
    fps,
    promisedEpisodes: countOf(fields.get('total_episodes')),
    features: readFeatures(fields.get('features')),
    data: usable(dataPath || DATA_PATHS[kind], DATA_PATHS[kind], needed, where, problems),
    video: videoPath === null ? null : usable(videoPath, VIDEO_PATHS[kind], [...needed, 'video_key'], where, problems),
    chunkSize: Math.max(1, countOf(fields.get('chunks_size')) ?? 1000),
  };
}

function layoutIsShared(version: string, dataPath: string, where: string) {
  if (/^v?3(\.|$)/.test(version)) return true;
  if (/^v?2(\.|$)/.test(version)) return false;
  if (version === '' && dataPath.includes('{file_index')) return true;
  if (version === '' && dataPath.includes('{episode_index')) return false;
  if (/^v?1(\.|$)/.test(version))
    throw problem(
      `The recording is of LeRobot ${version}, which is not read here; v2.0, v2.1 and v3.0 are.`,
      where,
      'Convert it with the tools of LeRobot, from v1 with convert_dataset_v1_to_v2.py.',
    );
  throw problem(
    version === ''
      ? 'The file does not say which version of LeRobot recorded it.'
      : `The layout ${JSON.stringify(version)} is unknown; v2.0, v2.1 and v3.0 are read.`,
    where,
    'Convert the recording with the tools of LeRobot, or check "codebase_version".',
  );
}

function usable(
  given: string,
  usual: string,
  needed: readonly ('file_index' | 'episode_index' | 'video_key')[],
  where: string,
  problems: Problem[],
): PathTemplate {
  try {
    const template = pathTemplate(given, where);
    if (needed.every((field) => template.has(field))) return template;
    problems.push({
      what: `The path ${JSON.stringify(given.slice(0, 120))} lacks {${needed.find((field) => !template.has(field))}}; the usual one is tried.`,
      where,
      fix: 'Correct the path in meta/info.json.',
    });
  } catch (error) {
    problems.push(reported(error));
  }
  return pathTemplate(usual, where);
}
