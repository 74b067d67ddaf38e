"""Samples of generated motion in the form that π0 learns from: z-scores padded to 32 numbers, chunks of 16 actions, prompts, pictures."""

from dataclasses import dataclass

import numpy as np
import torch

import arms
import scenes
from tasks import MOST_JOINTS

HORIZON, WIDTH = 16, 32
TRAINING, HELDOUT = 2026, 7001  # seeds
EPSILON = 1e-6
PROMPT_LENGTH = 24


@dataclass
class Samples:
    """B samples side by side."""
    state: torch.Tensor  # (B, 32), normalised
    actions: torch.Tensor  # (B, 16, 32), normalised
    arm: np.ndarray  # (B)
    frame: np.ndarray  # (B), places in the arrays of Motion


def padded(rows, width=WIDTH):
    return np.pad(rows, [(0, 0)] * (rows.ndim - 1) + [(0, width - rows.shape[-1])]).astype(np.float32)


def statistics(arm, episodes):
    """Means and deviations as openpi computes them: of the states, and of all actions of all chunks, after differences are taken."""
    states = np.concatenate([state_of(e) for e in episodes])
    chunks = np.concatenate([chunks_of(e) for e in episodes]).reshape(-1, arm.joints)
    absolute = np.concatenate([e.action for e in episodes])
    return states.mean(0), states.std(0), chunks.mean(0), chunks.std(0), absolute.mean(0), absolute.std(0)


def last_actions(episode):
    """(T, J): the action before each frame; before the first, the arm stands where it should."""
    return np.concatenate([episode.position[:1], episode.action[:-1]])


def state_of(episode):
    """(T, 2J): the last action and how far the joints are behind it, as the page gives it by default."""
    last = last_actions(episode)
    return np.concatenate([last, last - episode.position], 1)


def chunks_of(episode):
    """(T, 16, J): differences of the actions from each frame on to the last action before it; the last is repeated after the end."""
    at = np.minimum(np.arange(len(episode.action))[:, None] + np.arange(HORIZON), len(episode.action) - 1)
    return episode.action[at] - last_actions(episode)[:, None]


class Motion:
    """All frames of `count` arms."""

    def __init__(self, seed, count):
        rows = {'state': [], 'action': [], 'position': [], 'last': []}
        self.episodes, starts, self.arm_stats, self.arms, owner = [], [0], [], [], []
        for number in range(count):
            arm, episodes = arms.episodes_of(seed, number)
            mean, std, *rest = statistics(arm, episodes)
            self.arms.append(arm)
            self.arm_stats.append([padded(r, MOST_JOINTS) for r in rest])
            for e in episodes:
                rows['state'].append(padded((state_of(e) - mean) / (std + EPSILON)))
                rows['action'].append(padded(e.action, MOST_JOINTS))
                rows['position'].append(padded(e.position, MOST_JOINTS))
                rows['last'].append(padded(last_actions(e), MOST_JOINTS))
                starts.append(starts[-1] + len(e.action))
                owner.append(number)
                self.episodes.append(e)
        self.state, self.action, self.position, self.last = (np.concatenate(parts) for parts in rows.values())
        self.starts, self.owner = np.array(starts), np.array(owner)
        self.joints = np.array([arm.joints for arm in self.arms])
        self.mean, self.std, self.absolute_mean, self.absolute_std = np.array(self.arm_stats).swapaxes(0, 1)

    def real(self, arm):
        """(B, 14): 1 where the arm has a joint."""
        return (np.arange(MOST_JOINTS) < self.joints[arm][:, None]).astype(np.float32)

    def chunk(self, episode, frame):
        """(B, 16, 14): recorded actions of frames that lie in these episodes."""
        return self.action[np.minimum(frame[:, None] + np.arange(HORIZON), self.starts[episode + 1][:, None] - 1)]

    def samples(self, episode, frame):
        """episode, frame: (B)."""
        arm = self.owner[episode]
        raw = self.chunk(episode, frame) - self.last[frame][:, None]
        actions = (raw - self.mean[arm][:, None]) / (self.std[arm][:, None] + EPSILON) * self.real(arm)[:, None]
        return Samples(torch.from_numpy(self.state[frame]), torch.from_numpy(padded(actions)), arm, frame)

    def absolute(self, arm, frame, actions):
        """(B, 16, 14): normalised actions as positions again."""
        raw = actions[..., :MOST_JOINTS] * (self.std[arm] + EPSILON)[:, None] + self.mean[arm][:, None]
        return raw + self.last[frame][:, None]

    def random_frames(self, rng, episode):
        """(B): one frame of each of these episodes (B)."""
        return self.starts[episode] + (rng.random(len(episode)) * (self.starts[episode + 1] - self.starts[episode])).astype(int)

    def pictures(self, episode, frame, wrist=False):
        """(B, 64, 64, 3) in [-1, 1]."""
        shots = [scenes.render(self.episodes[e].scene, self.position[f, :2], wrist) for e, f in zip(episode, frame)]
        return torch.from_numpy(np.stack(shots))

    def of_kind(self, *kinds):
        return np.array([place for place, e in enumerate(self.episodes) if e.kind in kinds])


class Prompts:
    """Token ids of prompts as openpi writes them: `<bos>`, the text, a line break; padded with zeros."""

    def __init__(self, tokenizer):
        self.tokenizer, self.known = tokenizer, {}

    def ids(self, text):
        if text not in self.known:
            self.known[text] = self.tokenizer.encode(text + '\n').ids[:PROMPT_LENGTH]
        return self.known[text]

    def batch(self, texts, length=PROMPT_LENGTH):
        """(ids, mask), each (B, length)."""
        ids = torch.zeros(len(texts), length, dtype=torch.long)
        for row, text in zip(ids, texts):
            found = self.ids(text)[:length]
            row[:len(found)] = torch.tensor(found)
        return ids, torch.arange(length) < torch.tensor([len(self.ids(t)) for t in texts])[:, None]
