import { unpackEntry, type ZipEntry } from '../containers/zip';
import type { Fields } from './fields';

/** Larger days are not read. */
const MAX_DAY_BYTES = 2 ** 26;
const DAY = /^(.+)\/\d{4}-\d{2}-\d{2}\.json$/;

/** A workspace exported from Slack: people in one file, and a file for each day of each channel. */
export const isSlackArchive = (entries: readonly ZipEntry[]): boolean =>
  entries.some(({ name }) => name === 'users.json') && entries.some(({ name }) => DAY.test(name));

/** The channels of the archive, each as a file of its messages in order, with people's names in place of their ids. What holds no messages is left out. */
export async function* slackChannels(archive: File, entries: readonly ZipEntry[]): AsyncGenerator<File, void> {
  const users = entries.find(({ name }) => name === 'users.json')!;
  const names = namesOf(await listIn(users));
  const channels = new Map<string, ZipEntry[]>();
  for (const entry of entries) {
    const channel = DAY.exec(entry.name)?.[1];
    if (channel !== undefined) channels.set(channel, [...(channels.get(channel) ?? []), entry]);
  }
  for (const [channel, days] of channels) {
    const messages: Fields[] = [];
    for (const day of days.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      for (const message of await listIn(day)) messages.push(named(message, names));
    }
    yield new File([JSON.stringify(messages)], `${archive.name}/${channel}.json`);
  }
}

async function listIn(entry: ZipEntry): Promise<readonly Fields[]> {
  const list: unknown = JSON.parse(await (await unpackEntry(entry, MAX_DAY_BYTES)).text());
  if (!Array.isArray(list)) throw new Error(`"${entry.name.slice(0, 80)}" holds no list`);
  return list.filter((one) => typeof one === 'object' && one !== null);
}

/** By id; what people call themselves before what they are registered as. */
function namesOf(users: readonly Fields[]): ReadonlyMap<unknown, string> {
  return new Map(
    users.map(({ id, name, real_name, profile }) => {
      const { display_name, real_name: full } = (profile ?? {}) as Fields;
      const found = [display_name, full, real_name, name].find((one) => typeof one === 'string' && one !== '');
      return [id, String(found ?? id)];
    }),
  );
}

function named({ type, subtype, ts, user, user_profile, text }: Fields, names: ReadonlyMap<unknown, string>): Fields {
  const mention = (whole: string, id: string) => (names.has(id) ? `@${names.get(id)}` : whole);
  const said = typeof text === 'string' ? text.replace(/<@(\w+)(?:\|[^<>]*)?>/g, mention) : text;
  const profile = names.has(user) ? { real_name: names.get(user) } : user_profile;
  return { type, subtype, ts, user, user_profile: profile, text: said };
}
