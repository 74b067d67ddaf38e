import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

/** A node of the syntax tree, as far as it is looked at here. */
interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A text in the source: fixed words, with `{0}`, `{1}` … for what is put in. */
export interface Text {
  readonly file: string;
  readonly text: string;
  /** The expressions of the holes, as they are written. */
  readonly holes: readonly string[];
  /** Whether it names one of several things for the program, too. */
  readonly isName: boolean;
}

/** More wordings of one template than this are looked at in their pieces. */
const MOST_WORDINGS = 24;

/** Rooms whose plain errors are the ends of sentences, as "it ends too early". Elsewhere a plain error is a mistake of ours. */
const ENDS_OF_SENTENCES = /src\/(containers|recording|dataset)\//;

/** Where a text is no word for people: names, parts of files, and what only a mistake of ours reaches. */
const SILENT_CALLS =
  /^(TypeError|RangeError|RegExp|Set|URL|includes|startsWith|endsWith|split|indexOf|lastIndexOf|match|matchAll|test|has|get|getContext|encode)$/;
const SILENT_KEYS = /^(label|code|entryPoint|type|id|command)$/;
const SILENT_TYPES = new Set(['ImportDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'SwitchCaseTest']);

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
const isText = (node: Node): boolean =>
  (node.type === 'Literal' && typeof node.value === 'string') ||
  node.type === 'TemplateLiteral' ||
  (node.type === 'BinaryExpression' &&
    node.operator === '+' &&
    (isText(node.left as Node) || isText(node.right as Node)));

/** A wording under way: holes are their expressions, between marks that no source has. */
const [OPEN, CLOSE] = ['⟦', '⟧'];

/** Every text of the engine: all of src/ but the page itself. */
export function engineTexts(root = 'src'): Text[] {
  const modules = sources(root).map((file) => ({ file, source: readFileSync(file, 'utf8') }));
  const names = new Set(modules.flatMap(({ file, source }) => typedIn(parsed(file, source))));
  const texts = modules.flatMap(({ file, source }) => textsOf(file, source));
  return texts.map((one) => ({ ...one, isName: names.has(one.text) }));
}

const parsed = (file: string, source: string) => parseSync(file, source).program as unknown as Node;

/** The texts that types are made of: they name one of several things, and are no words. */
function typedIn(node: Node): string[] {
  const literal = node.type === 'TSLiteralType' ? (node.literal as Node).value : undefined;
  const below = Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));
  return [...(typeof literal === 'string' ? [literal] : []), ...below.flatMap(typedIn)];
}

/** The texts of one module, once each. */
export function textsOf(file: string, source: string): Text[] {
  const found = new Map<string, Text>();
  const program = parsed(file, source);
  const named = choicesIn(program, source);
  const visit = (node: Node): void => {
    if (isSilent(node, file)) return;
    if (isText(node)) {
      const { wordings, apart } = wordingsOf(node, source, named);
      for (const wording of wordings) {
        const one = { file, isName: false, ...numbered(wording) };
        if (!found.has(one.text)) found.set(one.text, one);
      }
      if (!wordings.some((wording) => wording.includes('\n'))) for (const inner of apart) visit(inner);
      return;
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program);
  return [...found.values()];
}

/** Files that name tensors for the GPU or write files to take away: what is said there is a whole sentence. */
const NAMES_AND_FILES =
  /src\/(pwa|ops|tape|plan|leaves|model\/(?!true_size)|train\/record|tasks\/(\w+\/(step|sampler|prefix_cache|batches)|actions\/run))|adapter\/(peft_zip|card_rows|hub_(card|gguf|mlx|peft))|stock\.ts/;
/** What no page shows: the page of the command line, the locks that tabs hold, and cards of files to take away. */
const NOT_SHOWN = /src\/(train_page|settings\/defaults|adapter\/policy_(card|use))/;

/** Whether a text is something that a person reads: several words, or a word beside a hole. */
export function isSaid({ file, text, isName }: Text): boolean {
  if (isName || NOT_SHOWN.test(file)) return false;
  if (NAMES_AND_FILES.test(file) && !/^[A-Z{"].*[.:?]$/.test(text)) return false;
  if (/\n|;$/.test(text) || /^([|>]|adaptab |version https|ffmpeg |pyarrow|SQLite |MODIFIED)|lora_B/.test(text))
    return false;
  if (/~|\.\*|\?:/.test(text) && !/^[A-Z{"].*\.$/.test(text)) return false; // patterns, and filters made of them
  const words = text.replace(/\{\d\}/g, ' 0 ').match(/(?<![\w.$/])[A-Za-z][A-Za-z’'-]+(?![\w/(=])/g) ?? [];
  if (!words.some((word) => /^[a-z]/.test(word)) && !/^[A-Z].*[.?:]$/.test(text)) return false;
  if (/^[\w./{}:#-]*$/.test(text) || /^\{0\} [kMG]i?B$/.test(text)) return false;
  if (/^an? [a-zA-Z]/.test(text)) return true;
  return words.length > 1 || /\{\d\}/.test(text);
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return path === join('src', 'ui') ? [] : sources(path);
    return path.endsWith('.ts') && !path.endsWith('.d.ts') ? [path] : [];
  });
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'typeAnnotation' || key === 'typeArguments' || key === 'returnType') return [];
    if (key === 'key' && node.computed !== true) return [];
    if (key === 'property' || (key === 'test' && node.type === 'SwitchCase')) return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

function isSilent(node: Node, file: string): boolean {
  if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)/.test(node.type)) return true;
  if (SILENT_TYPES.has(node.type)) return true;
  if (node.type === 'BinaryExpression') return /^([!=]==?|in|instanceof)$/.test(node.operator as string);
  if (node.type === 'Property') return SILENT_KEYS.test(nameOf(node.key as Node));
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return false;
  const callee = node.callee as Node;
  const name = nameOf(callee.type === 'MemberExpression' ? (callee.property as Node) : callee);
  return name === 'Error' ? !ENDS_OF_SENTENCES.test(file) : SILENT_CALLS.test(name);
}

const nameOf = (node: Node) => String(node.name ?? node.value ?? '');

/** A wording, and which way each condition went for it: two conditions that are written alike go alike. */
interface Wording {
  readonly text: string;
  readonly went: ReadonlyMap<string, boolean>;
}

const plain = (text: string): Wording[] => [{ text, went: new Map() }];

/** Every wording of a text, and the expressions in its holes, which may hold texts of their own. */
function wordingsOf(
  node: Node,
  source: string,
  named: ReadonlyMap<string, readonly string[]> = new Map(),
): { wordings: string[]; apart: Node[] } {
  const apart: Node[] = [];
  const written = (inner: Node) => source.slice(inner.start as number, inner.end as number);
  const hole = (inner: Node): Wording[] => {
    apart.push(inner);
    return plain(OPEN + written(inner) + CLOSE);
  };
  const where = (test: Node, way: boolean, inner: Wording[]) =>
    inner.flatMap((one) => together({ text: '', went: new Map([[written(test), way]]) }, one));
  const of = (inner: Node): Wording[] => {
    if (inner.type === 'Literal' && typeof inner.value === 'string') return plain(inner.value);
    if (inner.type === 'TemplateLiteral') return joined(templateParts(inner), of, hole);
    if (isText(inner)) return joined([inner.left as Node, inner.right as Node], of, hole);
    if (inner.type === 'ConditionalExpression') {
      const test = inner.test as Node;
      return [...where(test, true, of(inner.consequent as Node)), ...where(test, false, of(inner.alternate as Node))];
    }
    if (inner.type === 'LogicalExpression' && inner.operator === '&&') {
      return [...plain(''), ...of(inner.right as Node)];
    }
    if (/^(ParenthesizedExpression|TSAsExpression|TSNonNullExpression)$/.test(inner.type)) {
      return of(inner.expression as Node);
    }
    const choices = inner.type === 'Identifier' ? named.get(nameOf(inner)) : undefined;
    if (choices) return choices.map((text, n) => ({ text, went: new Map([[`${nameOf(inner)} ${n}`, true]]) }));
    return hole(inner);
  };
  return { wordings: [...new Set(of(node).map(({ text }) => text))], apart };
}

/** What a name that is declared once in a module can only be: one of a few fixed texts, by its value or by its type. */
function choicesIn(program: Node, source: string): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const declared = new Set<string>();
  const declare = (name: string, choices: readonly string[]) => {
    if (declared.has(name) || choices.length < 2) found.delete(name);
    else found.set(name, choices);
    declared.add(name);
  };
  const visit = (node: Node): void => {
    if (node.type === 'VariableDeclarator') declare(nameOf(node.id as Node), textsIn(node.init as Node | null, source));
    for (const parameter of (node.params as Node[] | undefined) ?? []) {
      const one = (parameter.type === 'AssignmentPattern' ? parameter.left : parameter) as Node;
      if (one.type === 'Identifier') declare(nameOf(one), membersOf(one));
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program);
  return found;
}

/** The fixed texts that a condition chooses among. */
function textsIn(value: Node | null, source: string): readonly string[] {
  if (value?.type !== 'ConditionalExpression') return [];
  const { wordings } = wordingsOf(value, source);
  return wordings.some((wording) => wording.includes(OPEN)) ? [] : wordings;
}

/** The texts that a parameter's type is the union of. */
function membersOf(parameter: Node): readonly string[] {
  const type = (parameter.typeAnnotation as Node | null)?.typeAnnotation as Node | undefined;
  const members = type?.type === 'TSUnionType' ? (type.types as Node[]) : [];
  const texts = members.map((one) => (one.type === 'TSLiteralType' ? (one.literal as Node).value : null));
  return texts.every((text) => typeof text === 'string') ? texts : [];
}

/** Two wordings one behind the other, where their conditions agree. */
function together(one: Wording, other: Wording): Wording[] {
  for (const [test, way] of other.went) if ((one.went.get(test) ?? way) !== way) return [];
  return [{ text: one.text + other.text, went: new Map([...one.went, ...other.went]) }];
}

function templateParts(node: Node): (string | Node)[] {
  const quasis = node.quasis as { value: { cooked: string } }[];
  const inner = node.expressions as Node[];
  return quasis.flatMap(({ value }, n) => (n < inner.length ? [value.cooked, inner[n]!] : [value.cooked]));
}

/** Parts one behind the other, in each of their wordings; those that are too many to be told apart are holes. */
function joined(parts: readonly (string | Node)[], of: (node: Node) => Wording[], hole: (node: Node) => Wording[]) {
  let texts = plain('');
  for (const part of parts) {
    const all = typeof part === 'string' ? plain(part) : of(part);
    const next = texts.length * all.length > MOST_WORDINGS && typeof part !== 'string' ? hole(part) : all;
    texts = texts.flatMap((text) => next.flatMap((one) => together(text, one)));
  }
  return texts;
}

/** Holes by number, in the order in which they stand. */
function numbered(wording: string): Pick<Text, 'text' | 'holes'> {
  const holes: string[] = [];
  const text = wording.replace(/⟦([^⟧]*)⟧/g, (_, expression: string) => {
    holes.push(expression);
    return `{${holes.length - 1}}`;
  });
  return { text, holes };
}
