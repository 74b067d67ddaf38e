"""What the arms are asked to do: words, and where joints should go for them.

Joint positions are in units of our own (about ±1.5 over a joint's range); the model sees z-scores of them alone.
"""

import numpy as np

MOST_JOINTS = 14
COLOURS = {'red': (220, 40, 40), 'green': (40, 170, 60), 'blue': (50, 80, 220), 'yellow': (230, 200, 40), 'purple': (150, 60, 180)}
OBJECTS = ['cube', 'block', 'ball', 'cup', 'bottle', 'toy']
PLACES = ['box', 'bowl', 'shelf', 'plate']
VERBS = ['pick up the {o} and place it in the {p}', 'pick the {o} and place it in the {p}', 'put the {o} in the {p}',
         'place the {o} on the {p}', 'move the {o} to the {p}', 'take the {o} to the {p}']
REACH = ['reach the {c} target', 'touch the {c} target', 'go to the {c} target', 'point at the {c} target']
PACES = {'': 1.0, ' slowly': 1.6, ' quickly': 0.65}
COMMANDS = {  # kind → (prompts, joint, where it goes)
    'left': (['turn left', 'turn to the left'], 0, -1.2), 'right': (['turn right', 'turn to the right'], 0, 1.2),
    'raise': (['raise the arm', 'lift the arm'], 1, -1.2), 'lower': (['lower the arm', 'put the arm down'], 1, 1.2),
    'open': (['open the gripper', 'open the hand'], -1, 1.0), 'close': (['close the gripper', 'close the hand'], -1, -1.0)}
HOME = ['return home', 'go home', 'go back to the start']
HOLD = ['hold still', 'stay where you are', 'do not move']
WAVE = ['wave', 'swing from side to side', 'shake the arm']
WORDS = ['clean', 'fold', 'open', 'close', 'press', 'pull', 'push', 'stack', 'sort', 'wipe', 'the', 'a', 'door', 'button', 'cloth',
         'orange', 'white', 'black', 'small', 'large', 'lid', 'table', 'into', 'onto', 'from', 'and', 'two', 'left', 'right', 'hand']
SHARES = {'demo': 0.4, 'explore': 0.06, 'reach': 0.2, 'home': 0.1, 'hold': 0.06, 'wave': 0.08,
          'left': 0.02, 'right': 0.02, 'raise': 0.02, 'lower': 0.02, 'open': 0.01, 'close': 0.01}

POSES = {word: np.random.default_rng((2026, place)).uniform(-1.5, 1.5, MOST_JOINTS)  # the same for every arm, but for its own error
         for place, word in enumerate(OBJECTS + PLACES)}


def written(rng, text):
    """As people write it: sometimes a capital, sometimes a full stop."""
    text = text[0].upper() + text[1:] if rng.random() < 0.4 else text
    return text + '.' if rng.random() < 0.15 else text


def unknown_task(rng):
    """A sentence that says nothing about the motion."""
    return ' '.join(rng.choice(WORDS, rng.integers(2, 8)))


def paced(rng, texts):
    """(one of the texts, perhaps with a word for the speed; the factor on the time that it takes)."""
    pace = rng.choice(list(PACES), p=[0.6, 0.2, 0.2])
    return rng.choice(texts) + pace, PACES[pace]
