import { isLora } from '../../src/adapter/adapter';
import { gather, readArenas } from '../../src/model/load';
import { withStep } from './hf';
import type { HfCase } from './hf_case';
import { textBatch, validHidden } from './text';

/** What a case computes with its frozen matrices in 8 bits, beside what it computes with them as they are stored. */
export interface Int8Effect {
  readonly loss: number;
  readonly storedLoss: number;
  /** |Δ| / |as stored| of what the final norm gives. */
  readonly hidden: number;
  /** Of the angle between the gradients of LoRA. */
  readonly cosine: number;
}

/** One step of a case of kind `hf`, frozen but for LoRA, both ways. */
export async function measureInt8(device: GPUDevice, golden: HfCase): Promise<Int8Effect> {
  const stored = await figuresOf(device, { ...golden, frozen: 'stored' });
  const int8 = await figuresOf(device, { ...golden, frozen: 'int8' });
  const difference = int8.hidden.map((value, i) => value - stored.hidden[i]!);
  return {
    loss: int8.loss,
    storedLoss: stored.loss,
    hidden: Math.sqrt(dot(difference, difference) / dot(stored.hidden, stored.hidden)),
    cosine:
      dot(int8.gradient, stored.gradient) /
      Math.sqrt(dot(int8.gradient, int8.gradient) * dot(stored.gradient, stored.gradient)),
  };
}

async function figuresOf(device: GPUDevice, golden: HfCase) {
  const figures = { loss: Number.NaN, hidden: new Float32Array(), gradient: new Float32Array() };
  const isBase = (path: string) => !isLora(path);
  await withStep(device, golden, isBase, async (prepared) => {
    const { step, memory, parameters } = prepared;
    figures.loss = await step.differentiate(textBatch(golden));
    figures.hidden = await validHidden(golden, prepared);
    const leaves = gather(parameters, await readArenas(memory, parameters, 'gradient'));
    figures.gradient = Float32Array.from([...leaves.values()].flatMap((values) => [...values]));
  });
  return figures;
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** In a line. */
export function int8Line(name: string, { loss, storedLoss, hidden, cosine }: Int8Effect): string {
  const change = ((loss - storedLoss) / storedLoss) * 100;
  return `${name}: loss ${storedLoss.toFixed(5)} as stored, ${loss.toFixed(5)} in 8 bits (${change.toFixed(3)} %), hidden ${(100 * hidden).toFixed(2)} % apart, cosine of the gradients ${cosine.toFixed(5)}`;
}
