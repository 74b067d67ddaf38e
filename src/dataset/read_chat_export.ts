import { CHAT_EXPORTS } from './chat_exports';
import { isFault } from './fields';
import type { FileKind } from './file_kind';
import type { RecordNote } from './record_notes';
import { giveReading, readRecord } from './records';
import type { Voice } from './report';
import type { RecordSink } from './text_reader';
import type { Said } from './transcript';

/** An export is read as a whole. */
const MAX_EXPORT_BYTES = 2 ** 27;
const NAMED_VOICES = 12;

const NOTHING_TO_DO = 'Nothing needs to be done.';
const LEFT_OUT: Readonly<Record<'words' | 'notice' | 'mark' | 'silence', RecordNote>> = {
  words: {
    what: 'A message without words, such as a picture, a call or one that was deleted, was left out.',
    fix: 'Write into the export in words what should be learned of it.',
  },
  notice: {
    what: 'A line that the messenger wrote itself, such as that somebody joined, was left out.',
    fix: NOTHING_TO_DO,
  },
  mark: { what: 'A mark of the messenger, such as "edited", was taken out of a message.', fix: NOTHING_TO_DO },
  silence: { what: 'A day on which that voice answers nobody was left out.', fix: NOTHING_TO_DO },
};

export interface ExportReading {
  readonly format: string;
  /** Who speaks in it, who says most first. */
  readonly voices: readonly Voice[];
  /** Whose messages are learned. */
  readonly voice?: string;
}

/** Reads an export of a messenger as conversations, one a day, of which `wanted` is learned: without it whoever exported the chat, or else answers most in it. */
export async function readChatExport(
  file: File,
  kind: FileKind,
  wanted: string | undefined,
  sink: RecordSink,
): Promise<ExportReading> {
  const { name, read } = CHAT_EXPORTS.find((one) => one.matches(kind))!;
  const format = `chat exported from ${name}`;
  if (file.size > MAX_EXPORT_BYTES) {
    const what = `The export is larger than ${MAX_EXPORT_BYTES / 2 ** 20} MiB.`;
    sink.problems.ofFile(what, 'Export a shorter time, or chats one by one.');
    return { format, voices: [] };
  }
  const transcript = read(new TextDecoder(kind.encoding).decode(await file.slice(kind.markBytes).arrayBuffer()));
  if (transcript === null) {
    sink.problems.ofFile(`The file looks like an export of ${name} and is damaged.`, 'Export the chat again.');
    return { format, voices: [] };
  }
  const said = spoken(transcript.said, sink);
  const voices = voicesOf(said);
  const names = voices.map((one) => one.name);
  const voice = chosenVoice(name, said, names, wanted, transcript.owner, sink);
  if (voice === undefined) return { format, voices };
  giveConversations(said, names, voice, sink);
  return { format: `${format}, ${voice} is learned`, voices, voice };
}

/** What people said in words; the rest is counted. */
function spoken(all: readonly Said[], { problems }: RecordSink): readonly Words[] {
  return all.flatMap(({ who, text, marked, ...place }): Words[] => {
    if (who === null) problems.note(place.line, LEFT_OUT.notice);
    else if (text.trim() === '') problems.note(place.line, LEFT_OUT.words);
    else {
      if (marked) problems.note(place.line, LEFT_OUT.mark);
      return [{ ...place, who, text }];
    }
    return [];
  });
}

type Words = Pick<Said, 'text' | 'day' | 'line'> & { readonly who: string };

const NOT_SAID = 'It was not said whose messages of this chat are to be learned';

function chosenVoice(
  messenger: string,
  said: readonly Words[],
  voices: readonly string[],
  wanted: string | undefined,
  owner: string | undefined,
  { problems }: RecordSink,
): string | undefined {
  const listed = voices.slice(0, NAMED_VOICES).map((one) => JSON.stringify(one.slice(0, 40)));
  const who = `${listed.join(', ')}${voices.length > NAMED_VOICES ? ', …' : ''}`;
  if (voices.length === 0) {
    problems.ofFile(`This is a chat exported from ${messenger} without messages of people.`, 'Choose another chat.');
    return undefined;
  }
  if (wanted !== undefined && voices.includes(wanted)) return wanted;
  if (wanted !== undefined) {
    problems.ofFile(`Nobody called "${wanted}" speaks in this chat.`, `Choose among ${who}.`, 'voice');
    return undefined;
  }
  const exported = owner !== undefined && voices.includes(owner);
  const voice = exported ? owner : whoAnswersMost(said, voices);
  const because = exported ? 'who exported it' : 'who answers most';
  const what = `${NOT_SAID}: those of ${JSON.stringify(voice.slice(0, 40))} are, ${because}.`;
  problems.ofFile(what, `Choose another voice where another is meant: ${who}.`, 'voice');
  return voice;
}

/** Of those who answer equally often the one who says more. */
function whoAnswersMost(said: readonly Words[], voices: readonly string[]): string {
  const answers = new Map(voices.map((who) => [who, 0]));
  for (const [i, { who, day }] of said.entries()) {
    const before = said[i - 1];
    if (before && before.day === day && before.who !== who) answers.set(who, answers.get(who)! + 1);
  }
  return voices.reduce((most, who) => (answers.get(who)! > answers.get(most)! ? who : most));
}

function voicesOf(said: readonly Words[]): readonly Voice[] {
  const counts = new Map<string, number>();
  for (const { who } of said) counts.set(who, (counts.get(who) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, messages]) => ({ name, messages }));
}

function giveConversations(said: readonly Words[], voices: readonly string[], voice: string, sink: RecordSink): void {
  let from = 0;
  for (let to = 1; to <= said.length; to++) {
    const { day, line } = said[from]!;
    if (said[to]?.day === day) continue;
    const reading = readRecord({ messages: turnsOf(said.slice(from, to), voices, voice) });
    if (isFault(reading)) sink.problems.note(line, LEFT_OUT.silence);
    else
      giveReading({ ...reading, notes: reading.notes.map(({ what }) => ({ what, fix: NOTHING_TO_DO })) }, line, sink);
    from = to;
  }
}

/** Messages in a row are one turn. Where more than one other speaks, each is shown with the name. */
function turnsOf(said: readonly Words[], voices: readonly string[], voice: string) {
  const turns: { role: string; content: string }[] = [];
  for (const { who, text } of said) {
    const role = who === voice ? 'assistant' : 'user';
    const content = role === 'user' && voices.length > 2 ? `${who}: ${text}` : text;
    const last = turns.at(-1);
    if (last?.role === role) last.content += `\n${content}`;
    else turns.push({ role, content });
  }
  return turns;
}
