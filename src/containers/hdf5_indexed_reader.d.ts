/** What is used of the package, which has no types of its own. */
declare module 'hdf5-indexed-reader/dist/hdf5-indexed-reader.esm.js' {
  /** Bytes of a file, from a place on. */
  interface Reader {
    read(from: number, bytes: number): Promise<ArrayBuffer>;
  }
  interface Group {
    readonly keys: readonly string[];
    readonly attrs: Promise<Readonly<Record<string, unknown>>>;
    get(name: string): Promise<Group | Dataset>;
  }
  interface Dataset {
    readonly shape: Promise<readonly number[]>;
    /** As NumPy writes it, or a list for what is no number. */
    readonly dtype: Promise<unknown>;
    readonly attrs: Promise<Readonly<Record<string, unknown>>>;
    readonly _dataobjects: {
      /** Messages of a type, each with where its content starts in the file. */
      find_msg_type(type: number): readonly ReadonlyMap<'offset_to_message', number>[];
      get_filter_pipeline(): Promise<readonly ReadonlyMap<string, unknown>[] | null>;
    };
  }
  /** @param options.index of the names in groups, where they are known; without it the file is searched for one */
  export function openH5File(options: { reader: Reader; index: object }): Promise<Group>;
}
