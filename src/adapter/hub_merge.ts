/** The model itself with an adapter in its weights, in the form in which it was opened: W + scale · B · A. */
import type { StreamedFile } from '../containers/stored_file';
import { isGguf } from '../hub/gguf_file';
import type { ModelSource, RowsChange } from '../hub/source';
import { pathOf } from '../leaves/row';
import { problem } from '../problem';
import { type Adapter, fileName, isLora } from './adapter';
import { codeBlock, folderTexts } from './hub_card';
import { type AdaptedModule, adaptedModules, hubOf, rowsOfA } from './hub_modules';
import { inMemory } from './packed';

/**
 * The folder's files: those of the model, none of them read yet, and what their receiver should know.
 * @param source The model that the adapter was trained on
 * @throws ProblemError where it is another
 */
export function mergedFiles(adapter: Adapter, source: ModelSource): StreamedFile[] {
  const { lora: _, ...config } = hubOf(adapter).config;
  if (JSON.stringify(sorted(config)) !== JSON.stringify(sorted(source.config)))
    throw problem(
      `The adapter was trained on "${adapter.summary.hub?.name}", and "${source.name}" is another model.`,
      adapter.summary.name,
      'Open the model that it was trained on.',
    );
  const inGguf = [...source.tensors.values()].some(({ file }) => isGguf({ path: file }));
  const texts = folderTexts(adapter, {
    library: inGguf ? 'llama.cpp' : 'transformers',
    use: inGguf ? useOfGguf(fileName(adapter, '.gguf')) : useOfFolder(),
    isMerged: true,
  });
  const copied = source.copy(changesOf(adapter), adapter.summary.name);
  return [...copied.map((file) => ({ ...file, path: pathIn(file.path, adapter, texts) })), ...inMemory(texts)];
}

/** What does not depend on the order in which a file or a program names its parts. */
const sorted = (config: object) => Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));

/** A GGUF is called after the adapter; what bears the name of a file of ours keeps another. */
function pathIn(path: string, adapter: Adapter, ours: object): string {
  if (isGguf({ path })) return fileName(adapter, '.gguf');
  return path in ours ? `base.${path}` : path;
}

/** What becomes of each tensor that the adapter changes, by the path of its leaf. */
export function changesOf(adapter: Adapter): Map<string, RowsChange> {
  const changes = new Map<string, RowsChange>();
  for (const [path, { shape, values }] of Object.entries(adapter.tensors)) {
    const columns = shape.at(-1)!;
    if (!isLora(path))
      changes.set(path, (rows, first) => rows.set(values.subarray(first * columns, first * columns + rows.length)));
  }
  for (const module of adaptedModules(adapter)) {
    const path = pathOf(module.linear.weight, 0, module.layer);
    const [trained, adapted] = [changes.get(path), addition(module)];
    changes.set(path, (rows, first) => {
      trained?.(rows, first);
      adapted(rows, first);
    });
  }
  return changes;
}

/** Adds scale · B · A, each sum in double precision. */
function addition(module: AdaptedModule): RowsChange {
  const { inputs, outputs, b } = module;
  const { rank, scale } = module.lora;
  const byRank = rowsOfA(module);
  return (rows, first) => {
    const row = new Float64Array(inputs);
    for (let from = 0, out = first; from < rows.length; from += inputs, out++) {
      row.set(rows.subarray(from, from + inputs));
      for (let r = 0; r < rank; r++) {
        const by = scale * b[r * outputs + out]!;
        const start = r * inputs;
        for (let i = 0; i < inputs; i++) row[i]! += by * byRank[start + i]!;
      }
      rows.set(row, from);
    }
  };
}

const PRECISION = `Weights are W + scale · B · A, computed in double precision and rounded to the format in which the base has each
tensor`;

function useOfFolder(): string {
  const load = `from transformers import AutoModelForCausalLM, AutoTokenizer

folder = "path/to/this/folder"
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder)`;
  return `## Use with transformers

${codeBlock('sh', 'pip install transformers torch')}

${codeBlock('python', load)}

For llama.cpp and Ollama, with the script of llama.cpp:

${codeBlock('sh', 'python convert_hf_to_gguf.py path/to/this/folder --outfile model.gguf\nllama-cli -m model.gguf')}

${PRECISION}. Configuration and tokenizer are those of the base.`;
}

const useOfGguf = (file: string) => `## Use with llama.cpp

${codeBlock('sh', `llama-cli -m ${file}\nllama-server -m ${file}`)}

## Use with Ollama

${codeBlock('sh', `echo "FROM ./${file}" > Modelfile\nollama create my-model -f Modelfile\nollama run my-model`)}

${PRECISION}; what was packed more tightly than Q8_0 and has changed is Q8_0, or F16 where its rows are no whole blocks.`;
