/** A place that a base has for a picture, and the camera that its name suggests for it. */
export interface PlacedCamera {
  /** As openpi names it: base_0_rgb, left_wrist_0_rgb, right_wrist_0_rgb. */
  readonly place: string;
  /** Null where none is left: the place stays empty. */
  readonly camera: string | null;
  /** What decided it, a sentence. */
  readonly why: string;
}

/** Words for a camera on a hand. */
const ON_HAND = ['wrist', 'gripper', 'hand', 'inhand', 'eyeinhand', 'handeye', 'effector', 'endeffector', 'eef', 'ee'];
/** Words for one that looks from elsewhere, those that tell most first. */
const ELSEWHERE =
  'base top high overhead head front main exterior external ext scene static global world third context agent ego side back table low'.split(
    ' ',
  );
const SIDES = ['left', 'right'];

/** What a name tells of where a camera is: words of it. */
interface Told {
  readonly name: string;
  readonly onHand?: string;
  readonly elsewhere?: string;
  readonly side?: string;
}

/**
 * Which camera goes to which place of a base, by their names alone: at most one to each. A camera whose name says nothing looks from
 * elsewhere; so does one that is alone, unless its name says that it is on a hand. Cameras that are left go to places that are left,
 * but LeRobot's empty_camera_0 stays empty.
 * @param cameras names of those that have pictures
 * @returns one for each place
 */
export function placeCameras(cameras: readonly string[], places: readonly string[]): PlacedCamera[] {
  const found = new Map<string, PlacedCamera>();
  const free = cameras.map(told);
  const put = (camera: Told, fits: (place: Told) => boolean, why: string): void => {
    const place = places.find((name) => !found.has(name) && fits(told(name)));
    if (place === undefined) return;
    free.splice(free.indexOf(camera), 1);
    found.set(place, { place, camera: camera.name, why });
  };
  const says = (word: string): string => `Its name says "${word}".`;
  const each = (work: (camera: Told) => void): void => [...free].forEach(work);
  each((camera) => put(camera, ({ name }) => bare(name) === bare(camera.name), 'It has the name of this place.'));
  each((camera) => {
    const { onHand, side } = camera;
    if (onHand && side) put(camera, (place) => isWrist(place) && place.side === side, says(`${side} ${onHand}`));
  });
  each((camera) => {
    const { onHand, side } = camera;
    if (onHand) put(camera, (place) => isWrist(place) && !(side && place.side), says(onHand));
  });
  const looking = free.filter(({ onHand, elsewhere }) => !onHand && elsewhere);
  for (const camera of looking.sort((a, b) => rank(a) - rank(b))) put(camera, isOutside, says(camera.elsewhere!));
  if (cameras.length > 1) {
    each((camera) => {
      const { onHand, elsewhere, side } = camera;
      if (side && !onHand && !elsewhere) put(camera, (place) => isWrist(place) && place.side === side, says(side));
    });
  }
  each((camera) => {
    if (!camera.onHand && !camera.elsewhere) put(camera, isOutside, 'Its name tells no other place.');
  });
  each((camera) => put(camera, ({ name }) => !isEmpty(name), 'This place was free.'));
  return places.map((place) => found.get(place) ?? { place, camera: null, why: 'No camera is left for it.' });
}

const isWrist = ({ onHand }: Told): boolean => onHand !== undefined;
const isOutside = ({ onHand, name }: Told): boolean => onHand === undefined && !isEmpty(name);
const isEmpty = (place: string): boolean => bare(place).startsWith('empty_camera');
const rank = ({ elsewhere = '' }: Told): number => ELSEWHERE.indexOf(elsewhere);

/** Without what LeRobot puts before it. */
const bare = (name: string): string => name.replace(/^observation[./]images?[./]/, '');

function told(name: string): Told {
  const words = bare(name)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .map((word) => word.replace(/(.)(camera|cam|view)$/, '$1'));
  const one = (list: readonly string[]) => list.find((word) => words.includes(word));
  const [onHand, elsewhere, side] = [one(ON_HAND), one(ELSEWHERE), one(SIDES)];
  return {
    name,
    ...(onHand === undefined ? {} : { onHand }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
    ...(side === undefined ? {} : { side }),
  };
}
