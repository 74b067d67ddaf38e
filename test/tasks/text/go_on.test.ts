import { expect, test } from 'vitest';
import { isLora } from '../../../src/adapter/adapter';
import type { Base } from '../../../src/base/base';
import { heldWeights } from '../../../src/base/weights';
import type { DecoderConfig } from '../../../src/model/decoder_config';
import { elements, leavesOf } from '../../../src/model/tree';
import { normals, randomStream } from '../../../src/random';
import type { DecoderLora } from '../../../src/settings/lora';
import { hubBase, llama } from '../../adapter/hub_sample';
import { SMALL_BASE, settingsOf } from '../../run/small_base';
import { textRunOf } from '../../run/small_run';

const MINUTE = 60_000; // a slow machine compiles for a while

const config: DecoderConfig = { ...llama, width: 16, vocabSize: 60 };

/** A model of the hub with random weights. */
const base: Base = {
  ...SMALL_BASE,
  config,
  weights: heldWeights(
    new Map(
      leavesOf(config).map(({ path, shape }) => [
        path,
        normals(elements(shape), randomStream('hub base', path)).map((value) => 0.3 * value),
      ]),
    ),
    'small',
  ),
  hub: hubBase(config),
};

/** As an adapter from elsewhere may have it. */
const lora: DecoderLora = {
  rank: 3,
  alpha: 5,
  rootScaled: true,
  targets: ['q_proj', 'v_proj', 'down_proj'],
  others: { 'layers.0.self_attn.v_proj': null, 'layers.1.mlp.down_proj': { rank: 2, alpha: 3 } },
};

const settings = (steps: number) =>
  settingsOf({ steps, earlyStop: false, keepBest: false, startingFrom: { id: 'one', name: 'One', lora } });

test(
  'a run goes on from an adapter, in the form that it has',
  async () => {
    const first = await textRunOf(settings(30), null, undefined, { base }).run.run();
    const { tensors, modelConfig, summary } = first.adapter;
    expect(modelConfig).toEqual({ ...config, lora });
    expect(summary).toMatchObject({ loraRank: 3, loraAlpha: 5, hub: { nameOrPath: 'someone/my-model' } });
    const paths = leavesOf(modelConfig).map(({ path }) => path);
    expect(Object.keys(tensors).sort()).toEqual(paths.filter(isLora).sort());
    expect(first.summary.heldout).toBeLessThan(first.summary.baselineHeldout * 0.99);

    const start = Object.fromEntries(Object.entries(tensors).map(([path, { values }]) => [path, values]));
    const again = textRunOf(settings(10), null, undefined, { base, start });
    const second = await again.run.run();
    expect(second.summary.baselineHeldout).toBe(first.summary.baselineHeldout); // still that of the base alone
    const trained = ({ history }: typeof first.summary) => history.train.map(({ loss }) => loss);
    expect(trained(second.summary)[0]).toBeLessThan(trained(first.summary)[0]! * 0.99);
    expect(again.checkpoints[0]!.leaves.weights).toEqual(start); // what a run that is resumed needs of the adapter
    expect(second.adapter.tensors).not.toEqual(tensors);
  },
  MINUTE,
);
