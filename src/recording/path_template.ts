import { problem } from '../problem';

/** What info.json may ask to be filled into a path. */
const FIELDS = ['episode_chunk', 'episode_index', 'chunk_index', 'file_index', 'video_key'] as const;
export type PathField = (typeof FIELDS)[number];

/** A path of info.json such as "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet". */
export interface PathTemplate {
  has(field: PathField): boolean;
  fill(values: Partial<Record<PathField, number | string>>): string;
  /** The numbers in a path of this form, null for another path. Not for templates with a {video_key}. */
  match(path: string): ReadonlyMap<PathField, number> | null;
}

type Part = string | { readonly field: PathField; readonly digits: number };

/** Reads a template. @throws ProblemError for one that leaves the recording's folder or asks for something unknown. */
export function pathTemplate(template: string, where: string): PathTemplate {
  const fix = 'Correct the path in meta/info.json, or copy the file again from where it was recorded.';
  const shown = JSON.stringify(template.slice(0, 120));
  if (template.length > 500 || !isInside(template))
    throw problem(`The path ${shown} does not stay inside the recording.`, where, fix);
  const parts = template.split(/(\{[^{}]*\})/).map((text): Part => {
    if (!text.startsWith('{')) return text;
    const [, name, digits] = /^\{(\w+)(?::0?(\d)d)?\}$/.exec(text) ?? [];
    const field = FIELDS.find((known) => known === name);
    if (!field) throw problem(`The path ${shown} has ${text.slice(0, 60)}, which is unknown here.`, where, fix);
    return { field, digits: Number(digits ?? 0) };
  });
  const matcher = new RegExp(
    `^${parts.map((part) => (typeof part === 'string' ? escaped(part) : '(\\d{1,12})')).join('')}$`,
  );
  const fields = parts.filter((part) => typeof part !== 'string').map(({ field }) => field);
  return {
    has: (field) => fields.includes(field),
    fill: (values) =>
      parts.map((part) => (typeof part === 'string' ? part : padded(values[part.field], part.digits))).join(''),
    match(path) {
      const numbers = matcher.exec(path)?.slice(1).map(Number);
      if (!numbers) return null;
      const found = new Map<PathField, number>();
      for (const [i, field] of fields.entries()) {
        if ((found.get(field) ?? numbers[i]) !== numbers[i]) return null; // a field written twice must agree with itself
        found.set(field, numbers[i]!);
      }
      return found;
    },
  };
}

/** True for a path that only goes down from where it starts. */
export const isInside = (path: string) =>
  path !== '' &&
  !/^[/\\]|^[a-z]:|[\\\0]/i.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

const padded = (value: number | string | undefined, digits: number) => String(value ?? '').padStart(digits, '0');

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
