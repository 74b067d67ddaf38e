export type Role = 'system' | 'user' | 'assistant';

export interface Turn {
  readonly role: Role;
  readonly content: string;
  /** False: a reply that is shown to the model and not learned. */
  readonly learned?: false;
}

/** A conversation: an optional system turn, then turns of user and assistant, the assistant last; at least one reply is learned. */
export interface ChatExample {
  readonly kind: 'chat';
  readonly file: string;
  /** Line that it starts on, from 1. */
  readonly line: number;
  readonly turns: readonly Turn[];
}

/** A piece of a document of plain text. A long document comes as several pieces, in order, without others between them. */
export interface TextExample {
  readonly kind: 'text';
  readonly file: string;
  /** Line that it starts on, from 1. */
  readonly line: number;
  readonly text: string;
  /** The text's lines are the file's lines, as in a text file; a field of a record is on one line whatever it holds. */
  readonly spansLines: boolean;
  /** The document begins with this piece. */
  readonly begins: boolean;
  /** The document ends with this piece. */
  readonly ends: boolean;
}

export type Example = ChatExample | TextExample;

/** An example before it has a place. */
export type Content = Pick<ChatExample, 'kind' | 'turns'> | { readonly kind: 'text'; readonly text: string };
