import type { ChatExample, TextExample } from '../dataset/example';
import type { ChatTokenizer } from './chat_template';
import { chatSequences, endOfText, type MaskedTokens } from './chat_tokens';
import { type ChatWindow, chatWindows } from './chat_windows';
import type { Before } from './tokenizer';
import { nextLength } from './window_length';

/**
 * Windows of at most T + 1 tokens, one after another: the model reads all but the last of a window, and its targets are all but the
 * first. Plain text gives windows that overlap by one token, so that each token is a target once; a conversation has windows
 * of its own, one where it fits.
 */
export interface Windows {
  /** Window w is tokens[offsets[w]] to tokens[offsets[w + 1] − 1]. */
  readonly tokens: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
  /** 1 where the token counts in the loss as a target; as long as `tokens`. */
  readonly lossMask: Uint8Array<ArrayBuffer>;
  /** (W + 1) */
  readonly offsets: Uint32Array<ArrayBuffer>;
}

/** Where a window came from. */
export interface WindowOrigin {
  readonly chat: boolean;
  readonly file: string;
  /** Line that its first example, or the piece of text that it begins in, starts on. */
  readonly line: number;
  /** Tokens just before this window that no window of the conversation shows. */
  readonly truncatedTokens: number;
  /** The window goes on with the conversation of the window before it. */
  readonly continues?: boolean;
  /** From where to where in it a user speaks first. */
  readonly asked?: readonly [number, number];
}

export interface AddedChat {
  /** Of all its sequences. */
  readonly tokens: number;
  /** Of the longest of them. */
  readonly longest: number;
  /** One of them is longer than a window, and its replies are learned in several. */
  readonly spread: boolean;
  /** Tokens that no window shows. */
  readonly cut: number;
  readonly windows: number;
  /** The shortest T from that of the windows on, in steps, that cuts none of this conversation and those before it; larger than `most` where none does. */
  readonly lengthThatCutsNone: number;
}

export interface WindowBuilder {
  /** Adds a conversation. @throws ProblemError where the tokenizer's template refuses it, or it has none */
  addChat(example: ChatExample): AddedChat;
  /** Adds a piece of text; documents of one file follow each other without a gap. */
  addText(example: TextExample): void;
  /** Ends the window that the file's text has begun. */
  endFile(): void;
  finish(): { readonly windows: Windows; readonly origins: readonly WindowOrigin[] };
}

/** @param most the longest T that the base has room for */
export function windowBuilder(tokenizer: ChatTokenizer, sequenceLength: number, most = sequenceLength): WindowBuilder {
  const { opening } = tokenizer.control;
  const ending = endOfText(tokenizer);
  const store = windowStore(tokenizer.vocabularySize);
  /** The window of plain text that is being filled. */
  let open: MaskedTokens = { tokens: [], mask: [] };
  let openedAt: WindowOrigin | null = null;
  let lengthThatCutsNone = sequenceLength;

  const pushText = (id: number, trained: number, here: WindowOrigin) => {
    openedAt ??= here;
    open.tokens.push(id);
    open.mask.push(open.mask.length === 0 ? 0 : trained); // the first token is no target in its window
    if (open.tokens.length <= sequenceLength) return;
    store.add(open, openedAt);
    open = { tokens: [id], mask: [0] }; // the last target is the next window's first input
    openedAt = here;
  };

  return {
    addChat({ file, line, turns }) {
      const chats = chatSequences(tokenizer, turns);
      const cutAt = (length: number) => chats.map((chat) => chatWindows(chat, length + 1));
      const cuts = cutAt(sequenceLength);
      for (const [n, { missed, asked, ...window }] of cuts.flat().entries()) {
        const more = { ...(n > 0 ? { continues: true } : {}), ...(asked ? { asked } : {}) };
        store.add(window, { chat: true, file, line, truncatedTokens: missed, ...more });
      }
      const cut = missedBy(cuts.flat());
      while (cut > 0 && lengthThatCutsNone <= most && missedBy(cutAt(lengthThatCutsNone).flat()) > 0) {
        lengthThatCutsNone = nextLength(lengthThatCutsNone);
      }
      return {
        tokens: chats.reduce((sum, { tokens }) => sum + tokens.length, 0),
        longest: chats.reduce((most, { tokens }) => Math.max(most, tokens.length), 0),
        spread: cuts.some((windows) => windows.length > 1),
        cut,
        windows: cuts.flat().length,
        lengthThatCutsNone,
      };
    },
    addText({ file, line, text, begins, ends, spansLines }) {
      let here: WindowOrigin = { chat: false, file, line, truncatedTokens: 0 };
      // No generated text needs <bos>, so it is no target between two documents either.
      if (begins) for (const id of opening) pushText(id, 0, here);
      let before: Before = begins ? 'nothing' : 'text';
      for (const piece of tokenizer.pieces(text)) {
        for (const id of tokenizer.encode(piece, before)) pushText(id, 1, here);
        before = 'text';
        if (spansLines) here = { ...here, line: here.line + countLines(piece) };
      }
      if (ends && ending !== undefined) pushText(ending, 1, here);
    },
    endFile() {
      if (openedAt && open.mask.includes(1)) store.add(open, openedAt);
      open = { tokens: [], mask: [] };
      openedAt = null;
    },
    finish: store.finish,
  };
}

const missedBy = (windows: readonly ChatWindow[]) => windows.reduce((sum, { missed }) => sum + missed, 0);

function windowStore(vocabularySize: number) {
  const tokens = growing((length) => (vocabularySize <= 2 ** 16 ? new Uint16Array(length) : new Uint32Array(length)));
  const lossMask = growing((length) => new Uint8Array(length));
  const offsets = [0];
  const origins: WindowOrigin[] = [];
  return {
    add(window: MaskedTokens, origin: WindowOrigin) {
      tokens.append(window.tokens);
      lossMask.append(window.mask);
      offsets.push(offsets.at(-1)! + window.tokens.length);
      origins.push(origin);
    },
    finish() {
      const windows: Windows = {
        tokens: tokens.finish(),
        lossMask: lossMask.finish(),
        offsets: Uint32Array.from(offsets),
      };
      return { windows, origins };
    },
  };
}

type Store = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
const CHUNK = 2 ** 18;

/** A typed array that grows by chunks, so that no copy of the whole is made while it grows. */
function growing<A extends Store>(create: (length: number) => A) {
  const full: A[] = [];
  let last = create(CHUNK);
  let used = 0;
  return {
    append(values: readonly number[]) {
      for (const value of values) {
        if (used === CHUNK) {
          full.push(last);
          last = create(CHUNK);
          used = 0;
        }
        last[used++] = value;
      }
    },
    /** Everything in one array of exactly that size; the chunks are given up. */
    finish() {
      const whole = create(full.length * CHUNK + used);
      full.forEach((chunk, i) => {
        whole.set(chunk, i * CHUNK);
      });
      whole.set(last.subarray(0, used), full.length * CHUNK);
      full.length = 0;
      return whole;
    },
  };
}

const countLines = (text: string) => text.split('\n').length - 1;
