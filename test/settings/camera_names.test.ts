import { expect, test } from 'vitest';
import { placeCameras } from '../../src/settings/camera_names';

const PLACES = ['base_0_rgb', 'left_wrist_0_rgb', 'right_wrist_0_rgb'];
const placed = (cameras: readonly string[], places = PLACES) =>
  placeCameras(cameras, places).map(({ camera }) => camera);
const lerobot = (names: readonly string[]) => names.map((name) => `observation.images.${name}`);

test.each([
  [
    'ALOHA',
    ['cam_high', 'cam_left_wrist', 'cam_low', 'cam_right_wrist'],
    ['cam_high', 'cam_left_wrist', 'cam_right_wrist'],
  ],
  ['LIBERO', ['image', 'wrist_image'], ['image', 'wrist_image', null]],
  ['LIBERO, where no name says which is which', ['image', 'image2'], ['image', 'image2', null]],
  ['DROID', ['exterior_image_1_left', 'wrist_image_left'], ['exterior_image_1_left', 'wrist_image_left', null]],
  ['robosuite', ['robot0_eye_in_hand_image', 'agentview_image'], ['agentview_image', 'robot0_eye_in_hand_image', null]],
  ['an arm with one camera on it, listed first', ['wrist', 'top'], ['top', 'wrist', null]],
  ['two arms', ['left', 'right', 'top'], ['top', 'left', 'right']],
  ['two arms, nothing else', ['right_gripper', 'left_gripper'], [null, 'left_gripper', 'right_gripper']],
  ['openpi’s own names, in another order', PLACES.toReversed(), PLACES],
  ['names in one word', ['wristCam', 'frontView', 'rightHandCamera'], ['frontView', 'wristCam', 'rightHandCamera']],
  ['names that say nothing, in their order', ['laptop', 'phone', 'x', 'y'], ['laptop', 'phone', 'x']],
  ['two from outside: the one whose name tells more', ['cam_low', 'cam_high'], ['cam_high', 'cam_low', null]],
  ['one alone', ['phone'], ['phone', null, null]],
  ['one alone, of a side', ['left'], ['left', null, null]],
  ['one alone that says where it is', ['right_wrist'], [null, null, 'right_wrist']],
  ['two on the same hand', ['left_wrist', 'left_hand'], ['left_hand', 'left_wrist', null]],
  ['none', [], [null, null, null]],
])('%s', (_, cameras, expected) => {
  expect(placed(cameras)).toEqual(expected);
  expect(placed(lerobot(cameras))).toEqual(expected.map((name) => name && `observation.images.${name}`));
});

test('places that a fine-tuned policy named itself take cameras of their names, with LeRobot’s prefix or without', () => {
  expect(placed(['b', 'observation.images.a'], ['observation.images.a', 'b'])).toEqual(['observation.images.a', 'b']);
  expect(placed(['right_wrist_cam', 'front'], ['observation.images.top', 'observation.images.wrist'])).toEqual([
    'front',
    'right_wrist_cam',
  ]);
});

test('the places that LeRobot adds to be empty stay empty', () => {
  const places = ['observation.images.empty_camera_0', 'observation.images.base_0_rgb'];
  expect(placed(['a', 'top'], places)).toEqual([null, 'top']);
});

test('each place says what decided it', () => {
  expect(placeCameras(['cam_left_wrist', 'base_0_rgb'], PLACES)).toEqual([
    { place: 'base_0_rgb', camera: 'base_0_rgb', why: 'It has the name of this place.' },
    { place: 'left_wrist_0_rgb', camera: 'cam_left_wrist', why: 'Its name says "left wrist".' },
    { place: 'right_wrist_0_rgb', camera: null, why: 'No camera is left for it.' },
  ]);
  const why = (cameras: readonly string[]) => placeCameras(cameras, PLACES).map((one) => one.why);
  expect(why(['side', 'cam'])).toEqual(['Its name says "side".', 'This place was free.', 'No camera is left for it.']);
  expect(why(['cam'])[0]).toBe('Its name tells no other place.');
});

test('no camera is ever in two places, nor left out while a place is free', () => {
  const words = ['left', 'right', 'wrist', 'hand', 'top', 'front', 'cam', 'base_0_rgb'];
  for (let mask = 0; mask < 2 ** words.length; mask++) {
    const cameras = words.filter((_, n) => mask & (2 ** n));
    const found = placed(cameras).filter((camera) => camera !== null);
    expect(new Set(found).size).toBe(found.length);
    expect(found.length).toBe(Math.min(cameras.length, PLACES.length));
  }
});
