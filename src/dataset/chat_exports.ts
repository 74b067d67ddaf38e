import { parseShallow } from '../containers/shallow_json';
import { type Fields, has } from './fields';
import type { FileKind } from './file_kind';
import type { ChatExport, Said, Transcript } from './transcript';
import { whatsApp } from './whats_app';

const isJson = ({ ending, foreign }: FileKind) => ending === '.json' && !foreign;

/** One chat, or all chats of an account. */
const telegram: ChatExport = {
  name: 'Telegram',
  matches: (kind) =>
    isJson(kind) &&
    ((kind.head.includes('"messages"') && kind.head.includes('"from_id"')) ||
      /"about":\s*"[^"]*Telegram/.test(kind.head)),
  read(content) {
    const document = parsed(content) as Fields | null;
    if (document === null) return null;
    const chats = listIn(document.chats as Fields | null, 'list') ?? [document];
    const said: Said[] = [];
    let owner: string | undefined;
    for (const [c, chat] of chats.entries()) {
      const messages = listIn(chat as Fields, 'messages') ?? [];
      said.push(...messages.flatMap((message, m) => saidIn(message, m + 1, (one) => telegramMessage(one, c))));
      owner ??= telegramOwner(document, chat as Fields, messages);
    }
    return listIn(document, 'messages') || listIn(document.chats as Fields | null, 'list') ? { said, owner } : null;
  },
};

const telegramMessage = ({ type, from, from_id, text, date }: Fields, chat: number): RawMessage => ({
  who: type === 'message' ? (from ?? from_id) : null,
  text: Array.isArray(text) ? text.map(partText).join('') : text,
  day: `${dayOf(date)} ${chat}`,
});

/** Whose account it is; in a chat of two the one whom it is not named after. */
function telegramOwner(document: Fields, { type, id }: Fields, messages: readonly unknown[]): string | undefined {
  const own = (document.personal_information as Fields | undefined)?.user_id;
  const found = messages.find((message) => {
    const { from, from_id } = (message ?? {}) as Fields;
    if (typeof from !== 'string') return false;
    return own === undefined ? type === 'personal_chat' && from_id !== `user${id}` : from_id === `user${own}`;
  });
  return (found as { from: string } | undefined)?.from;
}

/** As DiscordChatExporter writes it. */
const discord: ChatExport = {
  name: 'Discord',
  matches: (kind) => isJson(kind) && ['"guild"', '"channel"', '"messages"'].every((name) => kind.head.includes(name)),
  read: (content) =>
    transcript(listIn(parsed(content) as Fields | null, 'messages'), ({ type, author, content: text, timestamp }) => ({
      who: ['Default', 'Reply'].includes(type as string) ? (author as Fields | undefined)?.name : null,
      text,
      day: dayOf(timestamp),
    })),
};

/** Of Facebook, and of Instagram: the newest message stands first. */
const messenger: ChatExport = {
  name: 'Messenger',
  matches: (kind) => isJson(kind) && kind.head.includes('"participants"') && kind.head.includes('"sender_name"'),
  read(content) {
    const found = transcript(
      listIn(parsed(content) as Fields | null, 'messages'),
      ({ sender_name, content: text, timestamp_ms }) => ({
        who: asUtf8(sender_name),
        text: asUtf8(text),
        day: dayAt(Number(timestamp_ms)),
      }),
    );
    return found && { said: found.said.toReversed() };
  },
};

/** Messenger writes each byte of UTF-8 as a letter of its own. */
function asUtf8(text: unknown): unknown {
  if (typeof text !== 'string' || !/^[\0-\xff]*$/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  } catch {
    return text;
  }
}

/** What stands under these in an export of Slack was written by a person; under others it is a notice. */
const SLACK_SUBTYPES = [undefined, 'file_share', 'thread_broadcast', 'me_message'];

const slack: ChatExport = {
  name: 'Slack',
  matches: (kind) =>
    isJson(kind) &&
    /^\s*\[\s*\{/.test(kind.head) &&
    kind.head.includes('"ts"') &&
    /"type":\s*"message"/.test(kind.head),
  read(content) {
    const list = parsed(content);
    return transcript(Array.isArray(list) ? list : null, ({ subtype, user, user_profile, text, ts }) => ({
      who: SLACK_SUBTYPES.includes(subtype as string | undefined)
        ? ((user_profile as Fields | undefined)?.real_name ?? user)
        : null,
      text: typeof text === 'string' ? slackText(text) : text,
      day: dayAt(1000 * Number(ts)),
    }));
  },
};

/** Slack escapes three characters, and writes a link with its address. */
const slackText = (text: string): string =>
  text
    .replace(/<(?:https?|mailto):[^<>|]*\|([^<>]*)>/g, '$1')
    .replace(/<((?:https?|mailto):[^<>|]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

export const CHAT_EXPORTS: readonly ChatExport[] = [telegram, discord, messenger, slack, whatsApp];

/** A message as it stands in JSON; `who` is null for what no person wrote. */
type RawMessage = { readonly who: unknown; readonly text: unknown; readonly day: string };

function transcript(list: readonly unknown[] | null, read: (message: Fields) => RawMessage): Transcript | null {
  return list && { said: list.flatMap((message, m) => saidIn(message, m + 1, read)) };
}

/** Nothing where there is no message; one without a writer is the messenger's own. */
function saidIn(message: unknown, line: number, read: (message: Fields) => RawMessage): Said[] {
  if (typeof message !== 'object' || message === null) return [];
  const { who, text, day } = read(message as Fields);
  return [{ who: typeof who === 'string' ? who : null, text: typeof text === 'string' ? text : '', day, line }];
}

/** @param time in ms since 1970; none for what is no time */
function dayAt(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : dayOf(date.toISOString());
}

const dayOf = (time: unknown): string => String(time).slice(0, 'YYYY-MM-DD'.length);

function parsed(content: string): unknown {
  try {
    return parseShallow(content);
  } catch {
    return null;
  }
}

function listIn(fields: Fields | null | undefined, name: string): readonly unknown[] | null {
  const list = fields && has(fields, name) ? fields[name] : null;
  return Array.isArray(list) ? list : null;
}

const partText = (part: unknown): string => {
  const text = typeof part === 'object' && part !== null ? (part as Fields).text : part;
  return typeof text === 'string' ? text : '';
};
