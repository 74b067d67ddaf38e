import { type Fields, has } from './fields';
import type { FileKind } from './file_kind';

/** A message of a chat between people. */
export interface Said {
  readonly who: string;
  /** Empty where the message is an image or the like. */
  readonly text: string;
  /** Messages of one day make one conversation. */
  readonly day: string;
  /** Line that it starts on, or its number in a file without lines, from 1. */
  readonly line: number;
}

/** An export of a messenger: one row of the table below. */
export interface ChatExport {
  readonly name: string;
  matches(kind: FileKind): boolean;
  /** The messages of people, in order; null where the file is something else after all. */
  read(content: string): readonly Said[] | null;
}

const isJson = ({ ending, foreign }: FileKind) => ending === '.json' && !foreign;

const telegram: ChatExport = {
  name: 'Telegram',
  matches: (kind) => isJson(kind) && kind.head.includes('"messages"') && kind.head.includes('"from_id"'),
  read: (content) =>
    messagesOf(
      content,
      'messages',
      (message) =>
        message.type === 'message' && {
          who: message.from,
          text: Array.isArray(message.text) ? message.text.map(partText).join('') : message.text,
          day: message.date,
        },
    ),
};

const discord: ChatExport = {
  name: 'Discord',
  matches: (kind) => isJson(kind) && ['"guild"', '"channel"', '"messages"'].every((name) => kind.head.includes(name)),
  read: (content) =>
    messagesOf(
      content,
      'messages',
      (message) =>
        ['Default', 'Reply'].includes(message.type as string) && {
          who: (message.author as Fields | undefined)?.name,
          text: message.content,
          day: message.timestamp,
        },
    ),
};

const slack: ChatExport = {
  name: 'Slack',
  matches: (kind) =>
    isJson(kind) &&
    /^\s*\[\s*\{/.test(kind.head) &&
    kind.head.includes('"ts"') &&
    /"type":\s*"message"/.test(kind.head),
  read: (content) =>
    messagesOf(
      content,
      null,
      (message) =>
        !has(message, 'subtype') && {
          who: (message.user_profile as Fields | undefined)?.real_name ?? message.user,
          text: message.text,
          day: 'one', // an export of Slack has a file a day
        },
    ),
};

/** `[01.05.23, 12:00:01] Ann: hello` or `5/1/23, 12:00 PM - Ann: hello`. */
const WHATSAPP = /^\u200e?\[?(\d{1,4}[./-]\d{1,2}[./-]\d{1,4}),? (\d{1,2}[:.]\d{2}[^\]-]{0,9})(?:\] | - )(.*)$/;

/** What stands for a picture, a sound or a file. */
const MEDIA = /^(<[^<>]*>|\S+ omitted)\s*$/;

const whatsApp: ChatExport = {
  name: 'WhatsApp',
  matches: ({ head, foreign, ending }) =>
    !foreign &&
    ['.txt', ''].includes(ending) &&
    head.split(/\r?\n/, 3).filter((line) => WHATSAPP.test(line)).length > 1,
  read(content) {
    const said: { who: string; text: string; day: string; line: number }[] = [];
    let isOpen = false;
    for (const [index, line] of content.trimEnd().split(/\r?\n/).entries()) {
      const [, day = '', , rest = ''] = WHATSAPP.exec(line) ?? [];
      const message = /^([^:]{1,80}): (.*)$/.exec(rest);
      if (message) said.push({ who: message[1]!, text: message[2]!.replace(/\u200e/g, ''), day, line: index + 1 });
      else if (rest === '' && isOpen) said.at(-1)!.text += `\n${line}`;
      isOpen = message !== null || (rest === '' && isOpen);
    }
    return said.map((one) => (MEDIA.test(one.text) ? { ...one, text: '' } : one));
  },
};

export const CHAT_EXPORTS: readonly ChatExport[] = [telegram, discord, slack, whatsApp];

type RawMessage = { readonly who: unknown; readonly text: unknown; readonly day: unknown };

/** The messages in a JSON document, in its list or in the list of that name; what has no name was written by no person. The text is empty where there is none. */
function messagesOf(
  content: string,
  field: string | null,
  read: (message: Fields) => RawMessage | false,
): readonly Said[] | null {
  const list = listOf(content, field);
  return (
    list?.flatMap((entry, index): Said[] => {
      const raw = typeof entry === 'object' && entry !== null && read(entry as Fields);
      if (!raw || typeof raw.who !== 'string') return [];
      const text = typeof raw.text === 'string' ? raw.text : '';
      return [{ who: raw.who, text, day: String(raw.day).slice(0, 'YYYY-MM-DD'.length), line: index + 1 }];
    }) ?? null
  );
}

function listOf(content: string, field: string | null): readonly unknown[] | null {
  try {
    const document: unknown = JSON.parse(content);
    const list = field === null ? document : (document as Fields | null)?.[field];
    return Array.isArray(list) ? list : null;
  } catch {
    return null;
  }
}

const partText = (part: unknown): string => {
  const text = typeof part === 'object' && part !== null ? (part as Fields).text : part;
  return typeof text === 'string' ? text : '';
};
