/** What a person may do where a model cannot be trained here; several refusals have the same way out. */
export const FRESH = "Take a fresh copy of the model's folder.";
export const FRESH_OR_OTHER = "Take a fresh copy of the model's folder, or another model.";
export const TEXT_ONLY = 'Choose a model of text alone, such as Gemma 3 270M or 1B.';
export const UNQUANTISED = 'Choose the same model with its weights in bf16, f16 or f32, as its makers publish it.';
export const GOES_ON = 'Choose a model that was made to go on with text.';
export const OTHER_MODEL = 'Choose another model.';
export const OTHER_FILE = 'Take a fresh copy of the file, or another conversion of the model.';
export const JOIN_PARTS = 'Join its parts with "llama-gguf-split --merge" of llama.cpp, and choose the whole.';
