import { ProblemError } from '../problem';

/** A filter that cannot be read; `offset` is the character of the text at fault, from 0. */
export class FilterError extends ProblemError {
  readonly offset: number;

  constructor(what: string, text: string, offset: number, fix?: string) {
    const lines = text.slice(0, offset).split('\n');
    const column = lines[lines.length - 1]!.length + 1;
    super({ what, where: `line ${lines.length}, column ${column}`, ...(fix ? { fix } : {}) });
    this.name = 'FilterError';
    this.offset = offset;
  }
}
