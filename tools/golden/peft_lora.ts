import { compilePattern } from '../../src/filter/python_regex';
import { LINEARS } from '../../src/leaves/decoder';
import type { DecoderConfig, DecoderLora } from '../../src/model/decoder_config';

/** What PEFT's LoraConfig says of an adapter's form. */
export interface PeftLora {
  readonly r: number;
  readonly lora_alpha: number;
  readonly use_rslora?: boolean;
  readonly target_modules: DecoderLora['targets'];
  /** By patterns of modules: the first that fits decides. */
  readonly rank_pattern?: Readonly<Record<string, number>>;
  readonly alpha_pattern?: Readonly<Record<string, number>>;
}

/** The same as our configuration has it: patterns become the modules that they name. */
export function decoderLora(lora: PeftLora, { depth }: DecoderConfig): DecoderLora {
  const { r: rank, lora_alpha: alpha, use_rslora: rootScaled = false, target_modules: targets } = lora;
  const rankOf = byPattern(lora.rank_pattern);
  const alphaOf = byPattern(lora.alpha_pattern);
  const modules = Array.from({ length: depth }, (_, n) => LINEARS.map(({ module }) => `layers.${n}.${module}`)).flat();
  const others = modules.flatMap((module) => {
    const own = { rank: rankOf(module) ?? rank, alpha: alphaOf(module) ?? alpha };
    return own.rank === rank && own.alpha === alpha ? [] : [[module, own] as const];
  });
  return { rank, alpha, rootScaled, targets, ...(others.length > 0 ? { others: Object.fromEntries(others) } : {}) };
}

/** PEFT takes a key as a regular expression that a module's path, or what follows a dot of it, must match whole. */
function byPattern(patterns: Readonly<Record<string, number>> = {}): (module: string) => number | undefined {
  const rows = Object.entries(patterns).map(
    ([pattern, value]) => [compilePattern(`(.*\\.)?(${pattern})`), value] as const,
  );
  return (module) => rows.find(([matches]) => matches(`model.${module}`))?.[1];
}
