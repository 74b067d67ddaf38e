import type { ChatExport, Said } from './transcript';

/** A message's first line: its day as it was written, and what follows the time. Telephones write `[31.12.23, 23:59:59] Ann: hello` or `12/31/23, 11:59 PM - Ann: hello`. */
const LINE =
  /^[\u200e\u200f]?\[?(\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4})\.?,?\s(?:\p{L}{1,3}\s)?(?:\p{L}{1,4})?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[\p{L}.]{1,6}(?:\s?\p{L}\.)?)?(?:\]\s| [-\u2013] )(.*)$/u;
/** Who "speaks" in the log of a program. */
const LOGGED = /\b(?:ERROR|WARN|WARNING|INFO|DEBUG|NOTICE|CRITICAL|TRACE|FATAL)$/i;
const MESSAGE = /^([^:]{1,80}):(?: (.*))?$/;

/** Words that stand for what is not in the export: a picture, a sound, a message that was deleted. */
const WITHOUT_WORDS = [
  /^\u200e/, // begins what a telephone wrote itself
  /^<[^<>]*>$/,
  /^\p{L}+(?: \p{L}+)? omitted$/u,
  /^null$/,
  /^(?:This message was deleted|You deleted this message|Diese Nachricht wurde gelöscht|Du hast diese Nachricht gelöscht)\.?$/,
  /^(?:Se eliminó este mensaje|Eliminaste este mensaje|Ce message a été supprimé|Vous avez supprimé ce message)\.?$/,
  /^(?:Mensagem apagada|Você apagou esta mensagem|Questo messaggio è stato eliminato|Dit bericht is verwijderd)\.?$/,
];

/** The name of an attached file, above what was written beside it. */
const ATTACHED = /^\S+\.\w{2,5} \([^()\n]{4,40}\)(?:\n|$)/;
/** At the end of a message: that it was edited, or what is attached. */
const MARK = /\s*(?:\u200e<[^<>]*>|<\p{L}+(?: \p{L}+){2,}\.?>)$/u;
/** Marks of the direction of writing, around numbers and names. */
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const whatsApp: ChatExport = {
  name: 'WhatsApp',
  matches({ head, foreign, ending }) {
    if (foreign || !['.txt', ''].includes(ending)) return false;
    const [first = '', ...lines] = head.trimStart().split(/\r?\n/);
    const names = [first, ...lines].map((line) => MESSAGE.exec(LINE.exec(line)?.[2] ?? '')?.[1]);
    const people = new Set(names.filter((name) => name !== undefined && !LOGGED.test(name)));
    return LINE.test(first) && people.size > 1;
  },
  read: (content) => ({ said: messagesOf(content).map(cleaned) }),
};

function messagesOf(content: string): readonly Said[] {
  const said: { who: string | null; text: string; day: string; line: number }[] = [];
  for (const [index, line] of content.trimEnd().split(/\r?\n/).entries()) {
    const [, day, rest = ''] = LINE.exec(line) ?? [];
    if (day === undefined) {
      if (said.length > 0) said.at(-1)!.text += `\n${line}`;
      continue;
    }
    const [, name, text = ''] = MESSAGE.exec(rest) ?? [];
    const who = name === undefined ? null : nameOf(name);
    said.push({ who, text: who === null ? rest : text, day, line: index + 1 });
  }
  return withoutNotices(said);
}

/** Without the "~" before whoever is no contact. */
const nameOf = (name: string): string => name.replace(DIRECTIONS, '').replace(/^~\s?/, '').trim();

/** "Ann changed the subject to: …" was not said by somebody of that name. */
function withoutNotices(said: readonly Said[]): readonly Said[] {
  const counts = new Map<string, number>();
  for (const { who } of said) if (who !== null) counts.set(who, (counts.get(who) ?? 0) + 1);
  const beginsWithName = (who: string) => [...who.matchAll(/ /g)].some(({ index }) => counts.has(who.slice(0, index)));
  const isNotice = (who: string) => counts.get(who)! < 3 && beginsWithName(who);
  return said.map((one) => (one.who !== null && isNotice(one.who) ? { ...one, who: null } : one));
}

function cleaned(said: Said): Said {
  if (WITHOUT_WORDS.some((words) => words.test(said.text))) return { ...said, text: '' };
  const text = said.text.replace(ATTACHED, '').replace(MARK, '');
  return { ...said, text: text.replace(DIRECTIONS, ''), ...(text === said.text ? {} : { marked: true }) };
}
