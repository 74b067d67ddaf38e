// The flags of a command, declared once: what is written is read by them, and --help lists them. Runs before anything is
// installed, so it imports nothing that is not Node's or ours.

/**
 * @typedef {object} Flag
 * @property {string} help what it does, with unit and default
 * @property {string} [value] what is written behind it, as "FILE"; without it the flag is a switch
 * @property {NumberRange} [number] of a flag whose value is a number
 * @property {readonly string[]} [choices] the only values that it may have
 * @property {boolean} [several] it may be repeated
 * @property {readonly string[]} [also] what people write for it elsewhere; it is not read, but a mistake is answered with it
 */

/** @typedef {{ whole?: boolean, least?: number, above?: number, most?: number }} NumberRange what a number may be */

/** @typedef {Readonly<Record<string, Flag>>} Flags by name, without the dashes */

/**
 * @typedef {object} Command
 * @property {string} name of the npm script
 * @property {string} what it does, in sentences
 * @property {string} usage what is written behind "npm run NAME --"
 * @property {Readonly<Record<string, Flags>>} [groups] flags by heading; the heading '' is not shown
 * @property {string} [files] what an argument that is no flag names; without it there is none
 * @property {string} [passes] the program that gets every other argument, as it is
 * @property {readonly string[]} examples that work when pasted
 * @property {string} [exit] what the exit codes say
 */

/** @typedef {string | number | boolean | readonly string[] | undefined} FlagValue */
/** @typedef {Record<string, FlagValue>} Given what was written, by flag; numbers as numbers */

/** A mistake on the command line, to be answered with exit code 2. */
export class UsageError extends Error {
  /** @param {string} what @param {string} fix @param {string} where */
  constructor(what, fix, where = 'command line') {
    super([what, fix].filter(Boolean).join(' '));
    this.name = 'UsageError';
    this.problem = { what, where, fix };
  }
}

/** @param {readonly string[]} argv whether --help or -h is among them */
export const asksHelp = (argv) => {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).some((argument) => argument === '--help' || argument === '-h');
};

/** Where --help is asked for, prints it and ends the process, before anything is installed or built. @param {Command} command */
export function helpIfAsked(command, argv = process.argv.slice(2)) {
  if (!asksHelp(argv)) return;
  console.log(helpOf(command));
  process.exit(0);
}

/**
 * Reads what was written, for a command that says its mistakes on standard error: help and mistakes end the process.
 * @param {Command} command @returns {ReturnType<typeof readFlags>}
 */
export function readOrRefuse(command, argv = process.argv.slice(2)) {
  helpIfAsked(command, argv);
  try {
    return readFlags(command, argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return process.exit(2);
  }
}

/** Letters of a line of help, and of what stands before the sentences about flags. */
const WIDTH = 110;
const COLUMN = 28;

/** @param {string} name */
const started = (name) => (['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`);

/** What --help prints. @param {Command} command */
export function helpOf({ name, what, usage, groups = {}, passes, examples, exit }) {
  /** @type {Record<string, Flags>} */
  const all = { ...groups, Help: { help: { help: 'this text, and nothing is done; -h is the same' } } };
  const parts = Object.entries(all).map(([heading, flags]) => {
    const rows = Object.entries(flags).map(([flag, { value, help, several }]) =>
      row(`--${flag}${value ? ` ${value}` : ''}`, several ? `${help}; may be repeated` : help),
    );
    return [...(heading ? [heading] : []), ...rows].join('\n');
  });
  const others = passes ? [`Every other argument goes to ${passes} as it is: npx ${passes} --help lists them.`] : [];
  const typed = `  ${started(name)}${usage ? ` -- ${usage}` : ''}`;
  const pasted = ['For example', ...examples.map((example) => `  ${example}`)].join('\n');
  const blocks = [what, typed, ...parts, ...others, pasted, ...(exit ? [exit] : [])];
  return blocks.map((text) => (text.includes('\n') ? text : wrapped(text, WIDTH))).join('\n\n');
}

/** @param {string} text @param {number} width letters of a line @param {number} [indent] spaces before all lines but the first */
function wrapped(text, width, indent = 0) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width - indent) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** @param {string} written @param {string} help */
function row(written, help) {
  const left = `  ${written}`;
  const first = left.length < COLUMN ? left.padEnd(COLUMN) : `${left}\n${' '.repeat(COLUMN)}`;
  return first + wrapped(help, WIDTH, COLUMN);
}

/**
 * Reads what was written.
 * @param {Command} command @param {readonly string[]} argv
 * @returns {{ values: Given, files: string[] }}
 * @throws {UsageError} for a flag that there is not, and for a value that is missing or is none
 */
export function readFlags(command, argv) {
  /** @type {Flags} */
  const flags = Object.assign({}, ...Object.values(command.groups ?? {}));
  /** @type {Given} */
  const values = {};
  /** @type {string[]} */
  const files = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = /** @type {string} */ (argv[i]);
    if (argument === '--') {
      files.push(...argv.slice(i + 1));
      break;
    }
    if (!/^-./.test(argument)) {
      files.push(argument);
      continue;
    }
    const [, name, joined] = /** @type {RegExpExecArray} */ (/^--?([^=]*)(?:=(.*))?$/s.exec(argument));
    const flag = argument.startsWith('--') && Object.hasOwn(flags, name ?? '') ? flags[name ?? ''] : undefined;
    if (!flag || name === undefined) throw unknownFlag(command, flags, argument.replace(/=.*$/s, ''));
    if (flag.value === undefined) {
      if (joined !== undefined) throw new UsageError(`--${name} takes no value.`, `Write --${name} alone.`);
      values[name] = true;
      continue;
    }
    const value = joined ?? argv[++i];
    if (value === undefined || (joined === undefined && isFlag(value, flags))) {
      throw new UsageError(`--${name} has no value.`, `Write --${name} ${flag.value}: ${flag.help}.`);
    }
    const one = checked(name, flag, value);
    values[name] = flag.several ? [.../** @type {string[]} */ (values[name] ?? []), value] : one;
  }
  if (files.length > 0 && command.files === undefined) {
    const fix = `${started(command.name)} reads flags alone, which begin with "--".`;
    throw new UsageError(`"${files[0]}" is no flag.`, `${fix} ${listed(command)}`);
  }
  return { values, files };
}

/** @param {string} text @param {Flags} flags */
const isFlag = (text, flags) => text.startsWith('--') && Object.hasOwn(flags, text.slice(2).replace(/=.*$/s, ''));

/** @param {Command} command */
const listed = ({ name }) => `${started(name)} -- --help lists all of them.`;

/** @param {string} name @param {Flag} flag @param {string} text */
function checked(name, { number, choices }, text) {
  if (choices && !choices.includes(text)) {
    throw new UsageError(`--${name} is "${text}".`, `Write ${orList(choices)}.`, `--${name}`);
  }
  return number ? numberOf(name, text, number) : text;
}

/** @param {readonly string[]} words */
export const orList = (words) => [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(' or ');

/** @param {string} name @param {string} text @param {NumberRange} range */
function numberOf(name, text, { whole = false, least, above, most }) {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const fits = whole ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (fits && !(value < (least ?? value)) && !(value <= (above ?? -Infinity)) && !(value > (most ?? value)))
    return value;
  const from = above === undefined ? (least === undefined ? '' : ` from ${least}`) : ` above ${above}`;
  const to = most === undefined ? '' : ` to ${most}`;
  throw new UsageError(
    `--${name} is "${text}".`,
    `Write a ${whole ? 'whole number' : 'number'}${from}${to}.`,
    `--${name}`,
  );
}

/** @param {Command} command @param {Flags} flags @param {string} written */
function unknownFlag(command, flags, written) {
  const near = nearest(written.replace(/^-+/, ''), flags);
  const value = near && flags[near]?.value;
  const fix = near ? `The nearest is --${near}${value ? ` ${value}` : ''}: ${flags[near]?.help}. ` : '';
  return new UsageError(`${started(command.name)} has no flag ${written}.`, fix + listed(command));
}

/** The flag that was probably meant. @param {string} written @param {Flags} flags @returns {string | undefined} */
function nearest(written, flags) {
  const ways = Object.entries(flags).flatMap(([name, { also = [] }]) => [name, ...also].map((way) => ({ name, way })));
  const held = ways.map(({ name, way }) => ({ name, distance: distanceOf(written, way) }));
  const [best] = held.sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(2, written.length / 3) ? best.name : undefined;
}

/** Letters to change, leave out or put in between. @param {string} a @param {string} b */
function distanceOf(a, b) {
  if (a !== '' && (b.startsWith(a) || a.startsWith(b))) return 1;
  let before = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const now = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = /** @type {number} */ (before[j - 1]) + (a[i - 1] === b[j - 1] ? 0 : 1);
      now.push(Math.min(changed, /** @type {number} */ (before[j]) + 1, /** @type {number} */ (now[j - 1]) + 1));
    }
    before = now;
  }
  return /** @type {number} */ (before[b.length]);
}
