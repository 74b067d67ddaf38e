/** Models that are known to work, as their makers publish them. */
export interface KnownModel {
  readonly name: string;
  /** Where on the Hugging Face hub it lies. */
  readonly repository: string;
  readonly parameters: number;
  /** Of its weights, bytes. */
  readonly download: number;
  /** GPU memory of a step with rank 8 and one window of 512 tokens, activations computed twice, bytes. */
  readonly memory: number;
  /** Its makers ask for an account there. */
  readonly gated: boolean;
}

const model = (
  name: string,
  repository: string,
  [parameters, memory]: readonly [parameters: number, memory: number],
  gated = false,
): KnownModel => ({ name, repository, parameters, download: 2 * parameters, memory, gated });

export const KNOWN_MODELS: readonly KnownModel[] = [
  model('SmolLM2 135M', 'HuggingFaceTB/SmolLM2-135M-Instruct', [134.5e6, 384e6]),
  model('Gemma 3 270M', 'google/gemma-3-270m-it', [268.1e6, 675e6], true),
  model('SmolLM2 360M', 'HuggingFaceTB/SmolLM2-360M-Instruct', [361.8e6, 927e6]),
  model('Qwen2.5 0.5B', 'Qwen/Qwen2.5-0.5B-Instruct', [494e6, 1203e6]),
  model('Qwen3 0.6B', 'Qwen/Qwen3-0.6B', [596e6, 1449e6]),
  model('Gemma 3 1B', 'google/gemma-3-1b-it', [999.9e6, 2341e6], true),
  model('Llama 3.2 1B', 'meta-llama/Llama-3.2-1B-Instruct', [1235.8e6, 2823e6], true),
];
