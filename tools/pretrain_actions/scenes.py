"""Simple pictures: an arm of two links, drawn from its first two joints, and coloured targets."""

from dataclasses import dataclass

import numpy as np

import tasks

SIZE = 64
LINKS = (0.75, 0.65)
BASE = np.array([0.0, -0.9])


@dataclass
class Scene:
    background: np.ndarray  # (3), 0 to 255
    arm: np.ndarray  # (3), 0 to 255
    targets: list  # (colour's name, place (2)) of each
    colour: str  # of the wanted target
    wanted: np.ndarray  # positions of joints 0 and 1 that bring the hand there


def places(joints):
    """Elbow and hand, each (2), from the positions of joints 0 and 1."""
    first = 0.9 * joints[0]
    second = first + 0.9 + 0.6 * joints[1]
    elbow = BASE + LINKS[0] * np.array([np.sin(first), np.cos(first)])
    return elbow, elbow + LINKS[1] * np.array([np.sin(second), np.cos(second)])


def random_scene(rng):
    """Two or three targets of different colours, well apart; the first is the wanted one."""
    goals = []
    wanted = int(rng.integers(2, 4))
    while len(goals) < wanted:
        joints = rng.uniform(-1.2, 1.2, 2)
        place = places(joints)[1]
        if all(np.abs(place - other).max() > 0.45 for _, other in goals):
            goals.append((joints, place))
    colours = [str(c) for c in rng.permutation(list(tasks.COLOURS))]
    shade = rng.uniform(0, 1)
    background = np.full(3, 60 + 180 * shade) + rng.normal(0, 8, 3)
    arm = np.full(3, 20 if shade > 0.4 else 235) + rng.normal(0, 8, 3)
    return Scene(background, arm, [(c, place) for c, (_, place) in zip(colours, goals)], colours[0], goals[0][0])


def grid(centre, half):
    """(SIZE, SIZE, 2): where each pixel lies; rows go down."""
    line = (np.arange(SIZE) + 0.5) / SIZE * 2 - 1
    return np.stack(np.meshgrid(centre[0] + half * line, centre[1] - half * line), -1)


def segment_distance(points, a, b):
    along = np.clip(((points - a) @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
    return np.linalg.norm(points - a - along[..., None] * (b - a), axis=-1)


def render(scene, joints, wrist=False):
    """(SIZE, SIZE, 3) in [-1, 1]: all of the scene, or what lies about the hand."""
    elbow, hand = places(joints)
    points = grid(hand, 0.7) if wrist else grid(np.array([0.0, -0.1]), 1.6)
    shapes = [(np.linalg.norm(points - place, axis=-1) - 0.17, np.array(tasks.COLOURS[c])) for c, place in scene.targets]
    shapes += [(segment_distance(points, BASE, elbow) - 0.08, scene.arm), (segment_distance(points, elbow, hand) - 0.06, scene.arm)]
    softness = 1.4 if wrist else 3.2  # units a picture is wide
    picture = np.broadcast_to(scene.background, (SIZE, SIZE, 3))
    for distance, colour in shapes:
        cover = np.clip(0.5 - distance * SIZE / softness, 0, 1)[..., None]
        picture = picture * (1 - cover) + colour * cover
    return (np.clip(picture, 0, 255) / 127.5 - 1).astype(np.float32)
