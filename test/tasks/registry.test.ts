import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { type Base, baseModelOf } from '../../src/base/base';
import { usualScopes } from '../../src/fit/scopes';
import { ProblemError } from '../../src/problem';
import { defaultsOf } from '../../src/settings/defaults';
import { taskOf, tasks } from '../../src/tasks/registry';
import { peakBytes } from '../../src/train/planned';

vi.setConfig({ testTimeout: 60_000 }); // plans of whole runs

const baseOf = (id: string) =>
  baseModelOf(id, JSON.parse(readFileSync(`public/base/${id}/config.json`, 'utf8'))) as Base; // nothing here reads weights

test.each(Object.entries(tasks))('%s: found by its settings, with the base of its defaults', (id, task) => {
  expect(task.id).toBe(id);
  expect(taskOf(defaultsOf[task.id])).toBe(task);
  expect(task.bases).toContain(defaultsOf[task.id].base);
});

test.each(Object.values(tasks))(
  '$id: the defaults can be planned before data are open, and train what is usual',
  (task) => {
    const defaults = defaultsOf[task.id];
    const base = baseOf(defaults.base);
    const planned = (settings: typeof defaults) =>
      task.prepare(base, settings, task.factsOf(null, base, settings)).step.parameters.counts();
    const [usual, ...others] = usualScopes(task.scopesOf(base));
    expect(usualScopes(task.scopesOf(base))).toHaveLength(task.scopesOf(base).usual.length);
    expect(planned(defaults)).toEqual(planned({ ...defaults, ...usual!.settings }));
    const bytes = (settings: typeof defaults) =>
      peakBytes(task.prepare(base, settings, task.factsOf(null, base, settings)));
    for (const { settings } of others) {
      const other = { ...defaults, ...settings };
      const { trainableParameters } = planned(other);
      expect(trainableParameters).toBeLessThanOrEqual(planned(defaults).trainableParameters);
      expect(bytes(other)).toBeLessThan(bytes(defaults));
    }
  },
);

test.each(Object.values(tasks))('$id: a run without data is refused, with a way out', async (task) => {
  const defaults = defaultsOf[task.id];
  const loading = { emit: () => undefined, progress: () => undefined };
  const refused = await task.gather(null, baseOf(defaults.base), defaults, loading).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProblemError);
  expect((refused as ProblemError).problem).toMatchObject({ where: 'data', fix: expect.stringMatching(/^Open /) });
});
