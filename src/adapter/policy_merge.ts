/** A policy's leaves with an adapter in them: W + ΔW as openpi computes with its LoRA, and what trained whole. */
import { quantise } from '../containers/gguf_blocks';
import { layOutSafetensors, placeOf } from '../containers/safetensors';
import type { StreamedFile } from '../containers/stored_file';
import { projectionsOf } from '../leaves/gemma';
import { type Projection, pathOf } from '../leaves/row';
import { type ExpertConfig, type LoraConfig, openpiConfig } from '../model/config';
import { expertLengths } from '../model/lengths';
import { changedTensors } from '../policy/leaf_writer';
import type { Naming } from '../policy/naming';
import type { LeafChange, PolicySource } from '../policy/source';
import { loraScale } from '../settings/lora';
import { type Adapter, isLora, leavesByPath } from './adapter';
import { factorsOf, type LayerReader, layerReader, sizesOf } from './peft';

/** What becomes of each leaf that the adapter changes, by its path. */
export function leafChanges(adapter: Adapter): Map<string, LeafChange> {
  const config = openpiConfig(adapter.modelConfig);
  const leaves = leavesByPath(config);
  const changes = new Map<string, LeafChange>();
  for (const [path, { shape, values }] of Object.entries(adapter.tensors)) {
    if (isLora(path)) continue;
    const size = values.length / (leaves.get(path)?.stacked ? shape[0]! : 1);
    changes.set(path, (part, layer, first) => {
      const begin = layer * size + first;
      part.set(values.subarray(begin, begin + part.length));
    });
  }
  for (const [e, expert] of config.experts.entries()) {
    if (!expert.lora) continue;
    for (const projection of projectionsOf(expertLengths(expert))) {
      const path = pathOf(projection.weight, e);
      const [trained, adapted] = [
        changes.get(path),
        addition(projection, expert, expert.lora, layerReader(adapter, e)),
      ];
      changes.set(path, (...part) => {
        trained?.(...part);
        adapted(...part);
      });
    }
  }
  return changes;
}

/**
 * Adds scale · A · B to each group of a weight, each sum in double precision. openpi scales attention and not the feed-forward, and where
 * heads go back to the stream all of them meet the SUM of their second factors.
 */
function addition(projection: Projection, expert: ExpertConfig, lora: LoraConfig, read: LayerReader): LeafChange {
  const { I, O } = sizesOf(projection, expert);
  const { rank } = lora;
  const scale = projection.scaled ? loraScale(lora) : 1;
  return (values, layer, first) => {
    const { a, b } = factorsOf(projection, read, layer, rank * O);
    const sums = new Float64Array(O);
    for (let at = 0, row = first / O; at < values.length; at += O, row++) {
      sums.set(values.subarray(at, at + O));
      const group = Math.floor(row / I);
      for (let r = 0; r < rank; r++) {
        const by = scale * a[row * rank + r]!;
        const from = (group * rank + r) * O;
        for (let o = 0; o < O; o++) sums[o]! += by * b[from + o]!;
      }
      values.set(sums, at);
    }
  };
}

/**
 * A .safetensors of the leaves that the adapter changes, and of no other, each in the format in which the checkpoint has it.
 * @param source The policy that the adapter was trained on
 * @param naming Whose names the tensors get
 */
export function mergedLeaves(
  adapter: Adapter,
  source: PolicySource,
  naming: Naming,
  file: { readonly path: string; readonly metadata: Readonly<Record<string, string>> },
): StreamedFile {
  const leaves = leavesByPath(source.config);
  const made = [...leafChanges(adapter)].flatMap(([path, change]) => {
    const dtype = source.storedAs(path);
    return changedTensors(source, leaves.get(path)!, naming, change).map((tensor) => ({ ...tensor, dtype }));
  });
  const byName = new Map(made.map((tensor) => [tensor.name, tensor]));
  const { header, order, bytes } = layOutSafetensors(byName, file.metadata);
  return {
    path: file.path,
    bytes,
    async *chunks() {
      yield header;
      for (const name of order) {
        const { dtype, values } = byName.get(name)!;
        for await (const part of values()) yield quantise(dtype, part, placeOf(name, file.path));
      }
    },
  };
}
