"""Motion of arms that do not exist, a function of the seed alone: what they were told, what the joints did, where they then were.

An arm has 4 to 14 joints, a frame rate, a pace, habits of its own. Its commands are minimum-jerk reaches, sinusoids and holds with
some noise; its state follows them late, with an offset and noise.
"""

from dataclasses import dataclass

import numpy as np

import scenes
import tasks
from tasks import MOST_JOINTS

EPISODES = 6  # of one arm


@dataclass
class Arm:
    joints: int
    fps: int
    seconds: float  # a reach of one unit takes this long
    gripper: bool  # the last joint opens (1) and closes (-1)
    delay: float  # frames by which the state is late
    offset: np.ndarray  # of the state, a joint
    jitter: float  # noise of the commands
    noise: float  # noise of the state
    own: float  # how far its poses lie from those of other arms


@dataclass
class Episode:
    kind: str
    prompt: str
    action: np.ndarray  # (T, J)
    position: np.ndarray  # (T, J)
    scene: scenes.Scene


def random_arm(rng):
    joints = int(rng.integers(4, MOST_JOINTS + 1))
    return Arm(joints=joints, fps=int(rng.choice([10, 15, 20, 30, 50])), seconds=rng.uniform(0.4, 1.1), gripper=rng.random() < 0.75,
               delay=rng.uniform(0, 4),
               offset=rng.normal(0, 0.03, joints), jitter=rng.choice([0, 0.005, 0.02]), noise=rng.choice([0, 0.004, 0.015]),
               own=rng.choice([0.05, 0.15, 0.4], p=[0.5, 0.3, 0.2]))


def minimum_jerk(start, goal, frames):
    """(frames, J): from after the start up to the goal."""
    u = np.arange(1, frames + 1)[:, None] / frames
    return start + (goal - start) * (10 * u ** 3 - 15 * u ** 4 + 6 * u ** 5)


def through(rng, arm, start, goals, pace):
    """(T, J): reaches from one goal (J) to the next, pauses between them."""
    parts, at = [], start
    for goal in goals:
        seconds = max(0.25, np.abs(goal - at).max() * arm.seconds * pace * rng.uniform(0.85, 1.15))
        parts.append(minimum_jerk(at, goal, max(2, round(seconds * arm.fps))))
        parts.append(np.repeat(goal[None], round(rng.uniform(0, 0.25) * arm.fps), 0))
        at = goal
    parts.append(np.repeat(at[None], round(rng.uniform(0.2, 0.8) * arm.fps), 0))
    return np.concatenate(parts)


def pose(rng, arm, spread=1.2):
    """Somewhere, the gripper open or closed."""
    p = rng.uniform(-spread, spread, arm.joints)
    if arm.gripper:
        p[-1] = rng.choice([-1.0, 1.0])
    return p


def with_gripper(arm, p, value):
    p = p.copy()
    if arm.gripper:
        p[-1] = value
    return p


def demo(rng, arm, habits):
    """Fetch something and put it somewhere: (prompt, commands). `habits` keeps this arm's own poses of words."""
    thing, place = rng.choice(tasks.OBJECTS), rng.choice(tasks.PLACES)
    for word in (thing, place):
        if word not in habits:
            habits[word] = tasks.POSES[word][:arm.joints] + rng.normal(0, arm.own, arm.joints)
    there, goal = (habits[word] + rng.normal(0, 0.06, arm.joints) for word in (thing, place))
    home = rng.normal(0, 0.05, arm.joints)
    path = [(0.7 * there, 1.0), (there, 1.0), (there, -1.0), (0.5 * there, -1.0), (0.7 * goal, -1.0), (goal, -1.0), (goal, 1.0), (home, 1.0)]
    prompt = rng.choice(tasks.VERBS).format(o=thing, p=place)
    return prompt, through(rng, arm, with_gripper(arm, home, 1.0), [with_gripper(arm, *step) for step in path], 1.0)


def wave(rng, arm):
    """Some joints swing about where they are."""
    start = pose(rng, arm, 0.6)
    seconds = np.arange(int(rng.uniform(2.5, 5) * arm.fps))[:, None] / arm.fps
    swing = rng.uniform(0.4, 1.1, arm.joints) * (rng.random(arm.joints) < 0.6)
    swing[0] = 0.9
    return start + swing * np.sin(2 * np.pi * rng.uniform(0.3, 1.0) * seconds + rng.uniform(0, 2 * np.pi))


def reach(rng, arm, scene):
    """The first two joints go where the wanted target is, the others home."""
    start = pose(rng, arm)
    goal = with_gripper(arm, np.zeros(arm.joints), start[-1])
    goal[:2] = scene.wanted
    prompt, pace = tasks.paced(rng, tasks.REACH)
    return prompt.format(c=scene.colour), through(rng, arm, start, [goal], pace)


def commands(rng, arm, kind, habits, scene):
    """(prompt, (T, J)) of one episode."""
    if kind == 'demo':
        return demo(rng, arm, habits)
    if kind == 'reach':
        return reach(rng, arm, scene)
    start = pose(rng, arm)
    if kind == 'explore':
        goals = [pose(rng, arm) for _ in range(rng.integers(2, 6))]
        return tasks.unknown_task(rng), through(rng, arm, start, goals, rng.uniform(0.7, 1.4))
    if kind == 'wave':
        return rng.choice(tasks.WAVE), wave(rng, arm)
    if kind == 'hold':
        return rng.choice(tasks.HOLD), np.repeat(start[None], int(rng.uniform(1.5, 3) * arm.fps), 0)
    if kind == 'home':
        prompt, pace = tasks.paced(rng, tasks.HOME)
        return prompt, through(rng, arm, start, [with_gripper(arm, np.zeros(arm.joints), 1.0)], pace)
    texts, joint, value = tasks.COMMANDS[kind]
    goal = start.copy()
    goal[joint] = value
    prompt, pace = tasks.paced(rng, texts)
    return prompt, through(rng, arm, start, [goal], pace)


def episode(rng, arm, kind, habits):
    scene = scenes.random_scene(rng)
    prompt, action = commands(rng, arm, kind, habits, scene)
    action, position = followed(rng, arm, action)
    return Episode(kind, tasks.written(rng, prompt), action.astype(np.float32), position.astype(np.float32), scene)


def followed(rng, arm, action):
    """((T, J), (T, J)): commands with the arm's jitter, and where its joints then were."""
    action = action + rng.normal(0, 1, action.shape) * arm.jitter
    frames = np.arange(len(action))
    late = np.stack([np.interp(frames - arm.delay, frames, column) for column in action.T], 1)
    return action, late + arm.offset + rng.normal(0, 1, action.shape) * arm.noise


def episodes_of(seed, number):
    """Arm `number` of a seed and its EPISODES episodes; the first is a demonstration or exploration, so that every joint moves."""
    rng = np.random.default_rng((seed, number))
    arm, habits = random_arm(rng), {}
    kinds = [k for k in tasks.SHARES if arm.gripper or k not in ('open', 'close')]
    shares = np.array([tasks.SHARES[k] for k in kinds])
    drawn = [rng.choice(['demo', 'explore'], p=[0.7, 0.3]), *rng.choice(kinds, EPISODES - 1, p=shares / shares.sum())]
    return arm, [episode(rng, arm, str(kind), habits) for kind in drawn]
