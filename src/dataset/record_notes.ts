import type { Choice } from '../problem';

/** Something in a record that was repaired, or that is not shown to the model: said once a file, with how often. */
export interface RecordNote {
  readonly what: string;
  readonly fix: string;
  readonly choice?: Choice;
}

/** What is to be said of one record that was read all the same. */
export interface RecordNotes {
  add(what: string, fix: string): void;
  /** A field that no reader here knows. */
  unread(name: string): void;
}

/** Behind the name of a field that a turn has, not its record. */
export const OF_TURN = ' of a turn';

/** Collects the notes of one record; the same one counts once. */
export class NoteList implements RecordNotes {
  readonly notes = new Map<string, RecordNote>();
  readonly fields = new Set<string>();

  add(what: string, fix: string): void {
    this.notes.set(what, { what, fix });
  }

  unread(name: string): void {
    this.fields.add(name);
  }
}

/** Fields that say nothing that a model could learn from: where a record comes from, its place, its marks. */
const WITHOUT_MEANING = new Set(
  `id _id ids uid uuid idx index __index_level_0__ no number key hash conversation_id conv_id message_id parent_id
   tool_call_id turn turn_id turn_index session_id thread_id row_id sample_id example_id user_id from_id
   source sources source_id dataset dataset_name subset split origin url urls link license licence file filename path
   score scores rating ratings rank quality reward upvotes downvotes likes votes perplexity similarity toxicity
   lang language locale category categories topic topics domain subject tag tags type kind label labels kto_tag difficulty level
   date time datetime timestamp timestamps created created_at created_time create_time updated updated_at update_time
   model model_name engine generator annotator annotators annotation author author_id version meta metadata
   tokens token_count num_tokens n_tokens length num_turns n_turns finish_reason status parallel_tool_calls`.split(
    /\s+/,
  ),
);

export const isMeaningless = (name: string): boolean =>
  WITHOUT_MEANING.has(name.toLowerCase()) || /_(ids?|hash|score|at|count)$|^score_|^unnamed: \d+$/i.test(name);

/** True beside running text of what a classifier would learn: there is more to such a set than its texts. */
export const isClass = (name: string): boolean => /^(label|class|sentiment|intent|emotion)(_text|_name)?$/i.test(name);

/** Null, and what is empty, says nothing whatever its name. */
export const isBlank = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && ['', '[]', '{}', 'null'].includes(value.trim())) ||
  (typeof value === 'object' && Object.keys(value as object).length === 0);
