import { expect, test } from 'vitest';
import { armOf, poseOf, REACH, SHOULDER } from '../../../src/ui/actions/arm';

const names = ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll', 'gripper'];
/** Two frames of an arm that moves. */
const moving = Float32Array.of(0, -90, 90, 10, 0, 20, 30, 10, 20, 40, 5, 80);
const arm = armOf(names, moving)!;

/** With these angles, and no others. */
const pose = (angles: Partial<Record<string, number>>) =>
  poseOf(
    arm,
    names.map((name) => angles[name] ?? 0),
  );

test('the joints are known by their names, in any order and among others', () => {
  expect(arm).toMatchObject({ shoulder_pan: 0, gripper: 5 });
  expect(
    armOf(
      names.map((name) => `main_${name}.pos`),
      moving,
    ),
  ).toEqual(arm);
  expect(
    armOf(
      names.map((name) => `${name.replace('_flex', name.startsWith('elbow') ? '' : '_flex')}.pos`),
      moving,
    ),
  ).toEqual(arm);
  const more = Float32Array.of(9, ...moving.slice(0, 6), 9, ...moving.slice(6));
  expect(armOf(['base_x', ...names], more)).toMatchObject({ shoulder_pan: 1, gripper: 6 });
});

test('an arm that is not known has no figure', () => {
  expect(
    armOf(
      names.slice(0, 5),
      Float32Array.from({ length: 10 }, (_, n) => n),
    ),
  ).toBe(null);
  expect(
    armOf(
      names.map((name) => `left_${name}`),
      moving,
    ),
  ).toBe(null);
  expect(armOf(['kLeftElbow', ...names.slice(1)], moving)).toBe(null);
});

test('units in which the joints cannot be have no figure: another zero, radians, no number', () => {
  const other = (place: number, value: number) =>
    armOf(
      names,
      moving.map((old, n) => (n === place ? value : old)),
    );
  expect(other(1, 190)).toBe(null);
  expect(other(5, 2048)).toBe(null);
  expect(other(2, Number.NaN)).toBe(null);
  expect(
    armOf(
      names,
      moving.map((value) => value / 57.3),
    ),
  ).toBe(null);
});

test('at zero the upper arm stands upright and the rest points forward', () => {
  const { joints, fingers, pan } = pose({});
  const [base, shoulder, elbow, wrist, root] = joints;
  expect(base).toEqual({ x: 0, y: 0 });
  expect(shoulder).toEqual({ x: 0, y: SHOULDER });
  expect(elbow!.x).toBeCloseTo(0);
  expect(wrist!.y).toBeCloseTo(elbow!.y);
  expect(root!.x).toBeGreaterThan(wrist!.x);
  expect(fingers[0].x).toBeCloseTo(fingers[1].x); // shut
  expect(pan).toBe(0);
});

test('each joint bends the arm the way it does', () => {
  const { joints: straight } = pose({ elbow_flex: -90 });
  expect(straight[4]!.x).toBeCloseTo(0);
  const upright = pose({ elbow_flex: -90 }).fingers[0];
  expect(upright.y).toBeCloseTo(REACH + SHOULDER);
  const forward = pose({ shoulder_lift: 90, elbow_flex: -90 });
  expect(forward.fingers[0].x).toBeCloseTo(REACH);
  expect(forward.fingers[0].y).toBeCloseTo(SHOULDER);
  const folded = pose({ shoulder_lift: -98, elbow_flex: 100, wrist_flex: 77 }); // an SO-101 at rest
  expect(folded.joints[2]!.x).toBeLessThan(-100);
  expect(Math.abs(folded.joints[3]!.y - folded.joints[2]!.y)).toBeLessThan(10);
  expect(folded.fingers[0].y).toBeLessThan(folded.joints[3]!.y - 100);
  const open = pose({ gripper: 100 }).fingers;
  expect(open[1].y - open[0].y).toBeGreaterThan(40);
  expect(pose({ shoulder_pan: 30 })).toMatchObject({ pan: 30 });
});
