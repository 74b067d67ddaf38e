import { CHAT_EXPORTS, type Said } from './chat_exports';
import { isFault } from './fields';
import type { FileKind } from './file_kind';
import { giveReading, readRecord } from './records';
import type { RecordSink } from './text_reader';

/** An export is read as a whole. */
const MAX_EXPORT_BYTES = 2 ** 27;
const NAMED_VOICES = 12;

const WITHOUT_TEXT = {
  what: 'A message without text, such as an image, was left out.',
  fix: 'Write into the export in words what should be learned of it.',
};

export interface ExportReading {
  readonly format: string;
  /** Who speaks in it, who says most first. */
  readonly voices: readonly string[];
}

/** Reads an export of a messenger as conversations, one a day, of which `voice` is learned. Without one nothing is: the person chooses. */
export async function readChatExport(
  file: File,
  kind: FileKind,
  voice: string | undefined,
  sink: RecordSink,
): Promise<ExportReading> {
  const { name, read } = CHAT_EXPORTS.find((one) => one.matches(kind))!;
  const format = `chat exported from ${name}`;
  if (file.size > MAX_EXPORT_BYTES) {
    sink.problems.ofFile(
      `The export is larger than ${MAX_EXPORT_BYTES / 2 ** 20} MiB.`,
      'Export a shorter time, or chats one by one.',
    );
    return { format, voices: [] };
  }
  const content = new TextDecoder(kind.encoding).decode(await file.slice(kind.markBytes).arrayBuffer());
  const said = read(content);
  if (said === null) {
    sink.problems.ofFile(`The file looks like an export of ${name} and is damaged.`, 'Export the chat again.');
    return { format, voices: [] };
  }
  const written = said.filter(({ text }) => text.trim() !== '');
  for (const { line, text } of said) if (text.trim() === '') sink.problems.note(line, WITHOUT_TEXT);
  const voices = voicesOf(written);
  if (voice !== undefined && voices.includes(voice)) giveConversations(written, voices, voice, sink);
  else refuse(name, voices, voice, sink);
  return { format, voices };
}

function refuse(name: string, voices: readonly string[], voice: string | undefined, sink: RecordSink): void {
  const listed = voices.slice(0, NAMED_VOICES).map((one) => JSON.stringify(one.slice(0, 40)));
  const who = `${listed.join(', ')}${voices.length > NAMED_VOICES ? ', …' : ''}`;
  const what =
    voice === undefined
      ? `This is a chat exported from ${name}, and it is not said whose messages are to be learned. In it speak ${who}.`
      : `Nobody called "${voice}" speaks in this chat; those who do are ${who}.`;
  sink.problems.ofFile(
    voices.length > 0 ? what : `This is a chat exported from ${name} without messages of people.`,
    'Say whose messages are learned, or write the chat as JSON Lines, with the role assistant for that voice.',
  );
}

function voicesOf(said: readonly Said[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { who } of said) counts.set(who, (counts.get(who) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([who]) => who);
}

function giveConversations(said: readonly Said[], voices: readonly string[], voice: string, sink: RecordSink): void {
  let from = 0;
  for (let to = 1; to <= said.length; to++) {
    const { day, line } = said[from]!;
    if (said[to]?.day === day) continue;
    const reading = readRecord({ messages: turnsOf(said.slice(from, to), voices, voice) });
    if (isFault(reading)) sink.problems.note(line, reading);
    else giveReading(reading, line, sink);
    from = to;
  }
}

/** Messages in a row are one turn. Where more than one other speaks, each is shown with the name. */
function turnsOf(said: readonly Said[], voices: readonly string[], voice: string) {
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
