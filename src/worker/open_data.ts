import type { ExportContext } from '../adapter/export_format';
import { openpiConfig } from '../model/config';
import { problem } from '../problem';
import { RecordingReader } from '../tasks/actions/recording_reader';
import type { TextData } from '../tasks/text/run';
import type { Session } from './session';

/** What is open of data. */
export class OpenedData {
  text: TextData | null = null;
  readonly recordings = new RecordingReader();
}

/** What a form of an adapter of a base may ask for. */
export const exportContext = (session: Session, data: OpenedData, base: string): ExportContext => ({
  base: async () => (await session.base(base)).summary,
  async shipped() {
    const { summary, config, values, hash, tokenizerFiles } = await session.base(base);
    if (!values || hash === null) throw new Error(`${base} does not ship with the page`);
    return { terms: summary, hash, config: openpiConfig(config), values, tokenizer: await tokenizerFiles() };
  },
  model: () => session.models.source(base),
  policy: () => session.models.policy(base),
  windows() {
    if (data.text) return data.text.dataset;
    throw notOpen();
  },
  recording() {
    if (data.recordings.opened) return data.recordings.opened.recording;
    throw notOpen();
  },
});

const notOpen = () =>
  problem('The data that the adapter was trained on are not open.', 'data', 'Open them again, then take the folder.');
