/** The folder for a GPU server of a text adapter of the base that ships with the page: the base goes along, since nothing else has it. */
import type { StreamedFile } from '../containers/stored_file';
import { type LoraConfig, openpiConfig } from '../model/config';
import { problem } from '../problem';
import type { TokenDataset } from '../tokens/batches';
import type { Adapter } from './adapter';
import { type ShippedBase, transformersFiles } from './base_folder';
import { type ModuleHeads, moduleHeads, TEXT_TARGET } from './peft';
import { cardFiles, weightFiles } from './peft_zip';
import { serverFiles } from './server_text';

/**
 * The folder's files.
 * @param dataset The windows that are open
 * @throws ProblemError where they are not those of the run, the base is another build's, the adapter does not tell how it was trained, or
 *   leaves of the base trained too
 */
export function shippedServerFiles(adapter: Adapter, dataset: TokenDataset, base: ShippedBase): StreamedFile[] {
  checkHash(adapter, base);
  const [expert] = openpiConfig(adapter.modelConfig).experts;
  const { files, factors } = weightFiles(adapter, TEXT_TARGET, { how: 'as trained' });
  const heads = moduleHeads(expert!, expert!.lora as LoraConfig);
  const several = (key: 'own' | 'summed') =>
    Object.fromEntries(heads.filter((one) => one[key] > 1).map((one) => [one.name, one[key]]));
  const beside = Object.entries(transformersFiles(base)).map(([name, bytes]) => [`base/${name}`, bytes] as const);
  return serverFiles(adapter, dataset, {
    files: { ...files, ...Object.fromEntries(beside) },
    texts: (use) => cardFiles(adapter, base.terms, use),
    base: null,
    options: [],
    frozen: (isFrozen) => factors.filter(({ leaf }) => isFrozen(leaf)).map(({ name }) => name),
    heads: { own: several('own'), summed: several('summed') },
    notes: notesOf(heads),
  });
}

function checkHash({ baseHash, summary }: Adapter, { hash }: ShippedBase): void {
  if (baseHash === hash) return;
  throw problem(
    'This adapter was trained on another base.',
    summary.name,
    'Train it again on the base of this build, or open the build that it came from.',
  );
}

const modules = (heads: readonly ModuleHeads[]) => heads.map(({ name }) => name).join(', ');

function notesOf(heads: readonly ModuleHeads[]): string {
  const [own, summed] = [heads.filter((one) => one.own > 1), heads.filter((one) => one.summed > 1)];
  return `base/ is the base as a \`GemmaForCausalLM\`: transformers loads it, with its tokenizer, from that folder. NOTICE.txt has its terms.

openpi's LoRA is here in PEFT's form, and \`alpha_pattern\` has the scales that the factors were trained with. openpi gives each head factors of
its own${own.length > 0 ? `: lora_B of ${modules(own)} is blocks on its diagonal, and the script keeps all else of it at zero` : ''}.${
    summed.length > 0
      ? ` lora_B of ${modules(summed)} is the mean of the heads', which openpi adds up and which a step moves
alike: the script has its gradient count as all of theirs. Whoever trains this folder otherwise trains another LoRA.`
      : ''
  }`;
}
