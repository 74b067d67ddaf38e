import { numberOf } from './json';

/** Rows of numbers, one behind the other, and how many each has. */
export interface Rows {
  /** Adds a row and says how many numbers it has, and what is wrong with them, if anything. */
  add(value: unknown): { readonly width: number; readonly fault: string | null };
  /** The first row that has another number of numbers; null where there is none. */
  firstOtherThan(width: number): { readonly row: number; readonly width: number } | null;
  values(): Float32Array<ArrayBuffer>;
}

export function rowsOfNumbers(): Rows {
  const numbers = growing();
  const widths = growing();
  return {
    add(value) {
      const before = numbers.length;
      const fault = value == null ? 'is missing' : appendNumbers(numbers, value);
      const width = numbers.length - before;
      widths.push(width);
      return { width, fault: width === 0 ? 'is missing' : fault };
    },
    firstOtherThan(width) {
      const found = widths.values();
      const row = found.findIndex((one) => one !== width);
      return row < 0 ? null : { row, width: found[row]! };
    },
    values: () => numbers.values(),
  };
}

/** Appends all numbers of a value, however deep they lie, and says what is wrong with them, if anything. */
function appendNumbers(to: Growing, value: unknown): string | null {
  let count = 0;
  let fault: string | null = null;
  const append = (item: unknown) => {
    if (isList(item)) {
      for (let i = 0; i < item.length; i++) append(item[i]);
      return;
    }
    const number = typeof item === 'boolean' ? Number(item) : numberOf(item);
    if (number === null) fault ??= `has ${String(item).slice(0, 20)} in place of number ${count}`;
    else if (Math.abs(number) > 3e38) fault ??= `is too large at number ${count}`;
    count++;
    to.push(number ?? 0);
  };
  append(value);
  return fault;
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

export interface Growing {
  readonly length: number;
  at(place: number): number | undefined;
  push(value: number): void;
  values(): Float32Array<ArrayBuffer>;
}

/** A list of float32 that grows by half of what it holds. */
export function growing(): Growing {
  let room = new Float32Array(64);
  let length = 0;
  return {
    get length() {
      return length;
    },
    at: (place) => (place < length ? room[place] : undefined),
    push(value) {
      if (length === room.length) {
        const larger = new Float32Array(Math.ceil(length * 1.5));
        larger.set(room);
        room = larger;
      }
      room[length++] = value;
    },
    values() {
      if (room.length !== length) room = room.slice(0, length);
      return room;
    },
  };
}
