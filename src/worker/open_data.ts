import type { Adapter } from '../adapter/adapter';
import type { ExportContext } from '../adapter/export_format';
import { openpiConfig } from '../model/config';
import { problem } from '../problem';
import { RecordingReader } from '../tasks/actions/recording_reader';
import type { TextData } from '../tasks/text/run';
import { isBaseOf } from './base_at_hand';
import type { Session } from './session';

/** What is open of data. */
export class OpenedData {
  text: TextData | null = null;
  readonly recordings = new RecordingReader();
}

/** What a form of an adapter may ask for. */
export const exportContext = (
  session: Pick<Session, 'base' | 'models'>,
  data: OpenedData,
  adapter: Adapter,
  base = adapter.summary.base,
): ExportContext => ({
  base: async () => (await session.base(base)).summary,
  async shipped() {
    const { summary, config, values, hash, tokenizerFiles } = await session.base(base);
    if (!values || hash === null) throw new Error(`${base} does not ship with the page`);
    return { terms: summary, hash, config: openpiConfig(config), values, tokenizer: await tokenizerFiles() };
  },
  async model() {
    await refuseOtherWeights(session, adapter);
    return session.models.source(base);
  },
  policy: () => session.models.policy(base),
  async policyWeights() {
    await refuseOtherWeights(session, adapter);
    return session.models.policy(base);
  },
  windows() {
    if (data.text) return data.text.dataset;
    throw notOpen();
  },
  recording() {
    if (data.recordings.opened) return data.recordings.opened.recording;
    throw notOpen();
  },
});

/** @throws ProblemError where what is open under the id of the adapter's base has other weights: the id knows names and sizes alone */
async function refuseOtherWeights(session: Pick<Session, 'base'>, adapter: Adapter): Promise<void> {
  const base = await session.base(adapter.summary.base);
  if (await isBaseOf(adapter, base)) return;
  throw problem(
    `The files of "${base.summary.name}" have the names and sizes of those that the adapter was trained on, and other weights.`,
    adapter.summary.name,
    'Open the model that it was trained on, under Model, and take the file again.',
  );
}

const notOpen = () =>
  problem('The data that the adapter was trained on are not open.', 'data', 'Open them again, then take the folder.');
