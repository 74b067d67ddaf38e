import { readCase } from '../../tools/golden/case';
import type { HfCase } from '../../tools/golden/hf_case';

/** Cases of the hub's form among the fixtures: every family is there. */
export const HF_CASES = [
  'hf_gemma',
  'hf_gemma2',
  'hf_gemma3',
  'hf_gemma3_rope',
  'hf_llama',
  'hf_llama_bias',
  'hf_llama_tied',
  'hf_qwen2',
  'hf_qwen3',
] as const;

export const readHf = (name: (typeof HF_CASES)[number]): HfCase => readCase(`test/fixtures/golden/${name}`) as HfCase;
