import { columnOf } from './curve_data';

/** Joints of an SO-100 or SO-101 arm, from the table up; the gripper is the last. */
const JOINTS = ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll', 'gripper'] as const;
type ArmJoint = (typeof JOINTS)[number];
/** Other names of the same joint. */
const ALIASES: ReadonlyMap<string, ArmJoint> = new Map([['elbow', 'elbow_flex']]);

/** Beyond these no such joint goes: what is there counts from another zero, or in another unit. Degrees; of the gripper per cent. */
const LIMITS: Readonly<Record<ArmJoint, readonly [low: number, high: number]>> = {
  shoulder_pan: [-180, 180],
  shoulder_lift: [-125, 125],
  elbow_flex: [-125, 125],
  wrist_flex: [-125, 125],
  wrist_roll: [-200, 200],
  gripper: [-20, 120],
};
/** Degrees that at least one joint of an arm that does something moves over. */
const LEAST_MOTION = 8;

/** Lengths of the drawing, not of the robot: roughly those of an SO-101, millimetres. */
const LENGTHS = { base: 117, upper: 116, fore: 135, hand: 95, finger: 60 };
/** The widest that the fingers open, degrees. */
const OPEN = 60;

/** Where each joint of the arm stands among the joints of a recording. */
export type Arm = Readonly<Record<ArmJoint, number>>;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The arm from the side: x away from its base, y above the table. */
export interface ArmPose {
  /** Base, shoulder, elbow, wrist, root of the fingers. */
  readonly joints: readonly Point[];
  /** Ends of the fingers: the fixed one, and the one that moves. */
  readonly fingers: readonly [Point, Point];
  /** Degrees by which the arm is turned about its base, which is not seen from the side. */
  readonly pan: number;
}

/**
 * The arm, where the joints are called as an SO-100 or SO-101 calls them and what was recorded of them can be degrees; null for any
 * other: what is not known is not drawn. (On this arm −100 to 100 is nearly the same as degrees: both ends lie near 100°.)
 * @param rows (F, J)
 */
export function armOf(joints: readonly string[], rows: Float32Array): Arm | null {
  const places = new Map(joints.map((name, place) => [plainName(name), place]));
  const arm: Partial<Record<ArmJoint, number>> = {};
  let motion = 0;
  for (const joint of JOINTS) {
    const place = places.get(joint);
    if (place === undefined) return null;
    const [low, high] = LIMITS[joint];
    const values = columnOf(rows, joints.length, place);
    if (values.some((value) => !(value >= low && value <= high))) return null;
    if (joint !== 'gripper') motion = Math.max(motion, spanOf(values));
    arm[joint] = place;
  }
  return motion >= LEAST_MOTION ? (arm as Arm) : null;
}

/** "elbow_flex" of "main_elbow_flex.pos". */
function plainName(name: string): string {
  const plain = name.replace(/^main_/, '').replace(/\.pos$/, '');
  return ALIASES.get(plain) ?? plain;
}

function spanOf(values: Float32Array): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low;
}

/**
 * Where the arm then is. At zero the upper arm stands upright and the rest points away from the base; lift leans it
 * forward, the flexes bend it down.
 * @param angles of all joints at a frame
 */
export function poseOf(arm: Arm, angles: ArrayLike<number>): ArmPose {
  const at = (joint: ArmJoint): number => angles[arm[joint]]!;
  const upper = 90 - at('shoulder_lift');
  const fore = upper - 90 - at('elbow_flex');
  const hand = fore - at('wrist_flex');
  const shoulder = { x: 0, y: LENGTHS.base };
  const elbow = along(shoulder, upper, LENGTHS.upper);
  const wrist = along(elbow, fore, LENGTHS.fore);
  const root = along(wrist, hand, LENGTHS.hand);
  const opened = (Math.min(100, Math.max(0, at('gripper'))) / 100) * OPEN;
  return {
    joints: [{ x: 0, y: 0 }, shoulder, elbow, wrist, root],
    fingers: [along(root, hand, LENGTHS.finger), along(root, hand + opened, LENGTHS.finger)],
    pan: at('shoulder_pan'),
  };
}

/** A point `length` away, at `degrees` above the horizontal. */
const along = ({ x, y }: Point, degrees: number, length: number): Point => ({
  x: x + length * Math.cos((degrees * Math.PI) / 180),
  y: y + length * Math.sin((degrees * Math.PI) / 180),
});

/** How far the arm reaches, in the lengths of the drawing. */
export const REACH = LENGTHS.upper + LENGTHS.fore + LENGTHS.hand + LENGTHS.finger;
/** Height of the shoulder. */
export const SHOULDER = LENGTHS.base;
