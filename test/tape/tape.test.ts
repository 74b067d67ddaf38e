import { expect, test } from 'vitest';
import { type Call, kernel, read, write } from '../../src/gpu/kernel';
import { reshape, type Tensor, tensor } from '../../src/gpu/tensor';
import { Tape } from '../../src/tape/tape';

type Values = Tensor<'N'>;

const bindings = { x: read('N'), y: write('N') };
const forward = kernel({ label: 'forward', source: '', overrides: {}, bindings, workgroups: () => [1] });
const backward = kernel({
  label: 'backward',
  source: '',
  overrides: { ADD: false },
  bindings: { dy: read('N'), saved: read('N'), dx: write('N') },
  workgroups: () => [1],
});

const values = (label: string): Values => tensor(label, 'N', { N: 4 }, { kind: 'inputs' });
const parameter = (label: string): Values => ({ ...values(label), gradient: values(`d ${label}`) });

/** y = f(all xs): one forward call for each, and for those that need it one backward call, which reads what it saved. */
function op(tape: Tape, label: string, ...xs: Values[]): Values {
  const y = tape.activation(label, 'N', { N: 4 });
  for (const x of xs) tape.call(forward, { x, y });
  tape.differentiable(y, xs, (dy) => {
    for (const x of xs) {
      if (!tape.needs(x)) continue;
      const { d: dx, ADD } = tape.gradient(x);
      tape.call(backward, { dy, saved: x, dx }, { ADD });
    }
  });
  return y;
}

/** Ends in a loss whose gradient nobody has to compute. */
function differentiate(tape: Tape, y: Values): void {
  tape.loss([y], () => {
    tape.gradient(y);
  });
  tape.differentiate();
}

/** What the backward calls do, in order: what each writes, and whether it adds. */
const written = ({ backward: calls }: Tape) =>
  calls
    .filter(({ kernel: { label } }) => label === 'backward')
    .map(({ tensors, constants }: Call) => `${constants.ADD === 1 ? 'add to' : 'set'} ${tensors.dx?.label}`);

test('forward calls are kept in order; nothing is differentiated before it is asked for', () => {
  const tape = new Tape();
  op(tape, 'b', op(tape, 'a', parameter('w')));
  expect(tape.forward.map(({ tensors }) => tensors.y?.label)).toEqual(['a', 'b']);
  expect(tape.backward).toEqual([]);
});

test('the gradient has to reach parameters and what depends on them, and nothing else', () => {
  const tape = new Tape();
  const [w, x] = [parameter('w'), values('x')];
  const a = op(tape, 'a', x);
  const b = op(tape, 'b', a, w);
  const c = op(tape, 'c', b);
  expect([w, x, a, b, c].map((t) => tape.needs(t))).toEqual([true, false, false, true, true]);
});

test('backward calls come last op first, and only where they lead to a parameter', () => {
  const tape = new Tape();
  const [w, v] = [parameter('w'), parameter('v')];
  const frozen = op(tape, 'frozen', op(tape, 'image', values('x')));
  const a = op(tape, 'a', frozen, w);
  const b = op(tape, 'b', a, v, frozen);
  differentiate(tape, b);
  expect(written(tape)).toEqual(['set d a', 'add to d v', 'add to d w']);
});

test('what is frozen throughout costs nothing: no backward call, not even of the loss', () => {
  const tape = new Tape();
  let begun = false;
  const y = op(tape, 'y', values('x'));
  tape.loss([y], () => {
    begun = true;
  });
  tape.differentiate();
  expect(begun).toBe(false);
  expect(tape.backward).toEqual([]);
});

test('an activation that is used twice: its gradient is set by the last use and added to by the one before', () => {
  const tape = new Tape();
  const a = op(tape, 'a', parameter('w'));
  const c = op(tape, 'c', op(tape, 'b', a), a);
  differentiate(tape, c);
  expect(written(tape)).toEqual(['set d b', 'set d a', 'add to d a', 'add to d w']);
});

test('a gradient keeps the bytes of another shape of its tensor', () => {
  const tape = new Tape();
  const a = op(tape, 'a', parameter('w'));
  const first = tape.gradient(a).d;
  const second = tape.gradient(reshape(a, 'A B', { A: 2, B: 2 }));
  expect(second.ADD).toBe(true);
  expect(second.d).toMatchObject({ shape: 'A B', sizes: { A: 2, B: 2 } });
  expect(second.d.storage).toBe(first.storage);
});

test('a shared gradient is the one of what follows, without a copy; not where there is one already', () => {
  const tape = new Tape();
  const a = op(tape, 'a', parameter('w'));
  const y = tape.activation('y', 'N', { N: 4 });
  tape.differentiable(y, [a], (dy) => tape.shareGradient(a, dy));
  differentiate(tape, y);
  expect(tape.backward.map(({ tensors }) => tensors.dy?.label)).toEqual(['d y']);
  expect(() => tape.shareGradient(a, y)).toThrow('a has a gradient of its own already');
});

test('an op that nothing after it gives a gradient is an error that names its result', () => {
  const tape = new Tape();
  const used = op(tape, 'used', parameter('w'));
  op(tape, 'left over', parameter('v'));
  expect(() => differentiate(tape, used)).toThrow('left over needs a gradient, but nothing after it gives one');
});

test('activations are kept in one kind of memory, what a backward rule makes in another', () => {
  const tape = new Tape();
  const y = tape.activation('y', 'N', { N: 4 });
  const made: Values[] = [];
  tape.differentiable(y, [parameter('w')], () => made.push(tape.activation('inside', 'N', { N: 4 })));
  differentiate(tape, y);
  expect([y, made[0]].map((t) => t?.storage.kind)).toEqual(['activations', 'workspace']);
  expect(tape.gradient(y).d.storage).toMatchObject({ kind: 'workspace', planned: true });
  expect(new Tape({ kind: 'sampler' }).activation('z', '', {}).storage.kind).toBe('sampler');
});

test('reach: the gradient goes as far as a tensor that no parameter stands before', () => {
  const tape = new Tape();
  const x = values('x');
  tape.reach(x);
  differentiate(tape, op(tape, 'y', x));
  expect(tape.backward).toHaveLength(1);
  expect(tape.backward[0]?.tensors.dx?.storage).toEqual({ label: 'd x', bytes: 0, kind: 'workspace', planned: false });
});

/** Two layers of two ops each, on one parameter. */
function twoLayers(recompute: boolean) {
  const tape = new Tape({ recompute });
  const w = parameter('w');
  const layer = (n: number, x: Values) => tape.layer(() => op(tape, `end ${n}`, op(tape, `inside ${n}`, x, w)));
  differentiate(tape, layer(2, layer(1, values('x'))));
  return tape;
}

const labels = (calls: readonly Call[]) =>
  calls.map(({ kernel: { label }, tensors }) => `${label} ${(tensors.y ?? tensors.dx)?.label}`);

test('with re-computation each layer is computed again, just before its backward', () => {
  const tape = twoLayers(true);
  const again = (n: number) => [`forward inside ${n}`, `forward inside ${n}`, `forward end ${n}`];
  expect(labels(tape.backward)).toEqual([
    ...again(2),
    'backward d inside 2',
    'backward d end 1',
    'backward d w',
    ...again(1),
    'backward d inside 1',
    'backward d w',
  ]);
  expect(labels(twoLayers(false).backward)).toEqual(labels(tape.backward).filter((one) => one.startsWith('backward')));
});

test('what is computed again goes to fresh workspace, and backward reads it there; inputs of a layer are kept', () => {
  const tape = twoLayers(true);
  const kept = new Set(tape.forward.map(({ tensors }) => tensors.y?.storage));
  const again = tape.backward.slice(0, 3).map(({ tensors }) => tensors.y?.storage);
  expect(again[0]).toBe(again[1]);
  expect(again[0]).toMatchObject({ kind: 'workspace', label: 'inside 2 again' });
  for (const storage of again) expect(kept.has(storage)).toBe(false);
  const [ofInside, ofEnd] = [tape.backward[3], tape.backward[4]];
  expect(ofInside?.tensors.saved?.storage).toBe(again[0]);
  expect(ofEnd?.tensors.saved?.storage).toBe(tape.forward[2]?.tensors.y?.storage); // the end of layer 1 is kept
});
