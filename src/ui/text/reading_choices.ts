import type { DatasetOptions, TableColumns } from '../../worker/api';

/** What a person chose of how single files are read, by their names. A file in an archive is named after it, "all.zip/a.txt". */
export interface ReadingChoices {
  readonly columns: Readonly<Record<string, TableColumns>>;
  readonly encodings: NonNullable<DatasetOptions['encodings']>;
  /** By the name of the file or archive that was opened: all of an archive are of one person. */
  readonly voices: Readonly<Record<string, string>>;
  /** Files of archives that are left out. */
  readonly without: readonly string[];
}

export const noChoices: ReadingChoices = { columns: {}, encodings: {}, voices: {}, without: [] };

/** Is this one of these opened files, or in one of them? */
export const isOf = (opened: readonly { readonly name: string }[], name: string): boolean =>
  opened.some((file) => name === file.name || name.startsWith(`${file.name}/`));

/** The opened file that a file of the report is, or comes from. */
export const ownerOf = (opened: readonly { readonly name: string }[], name: string): string =>
  opened.find((file) => isOf([file], name))?.name ?? name;

/** The choices without those about an opened file, or what is in it. */
export function forgetting(choices: ReadingChoices, opened: string): ReadingChoices {
  const isOther = (name: string): boolean => name !== opened && !name.startsWith(`${opened}/`);
  const others = <T>(byName: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(byName).filter(([name]) => isOther(name)));
  return {
    columns: others(choices.columns),
    encodings: others(choices.encodings),
    voices: others(choices.voices),
    without: choices.without.filter(isOther),
  };
}

/** The map with `name` set to `value`, or without it. */
export function having<T>(
  byName: Readonly<Record<string, T>>,
  name: string,
  value: T | null,
): Readonly<Record<string, T>> {
  const { [name]: _, ...others } = byName;
  return value === null ? others : { ...others, [name]: value };
}
