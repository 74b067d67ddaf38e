"""Write the sample recording of the page: an arm that never existed fetches a cube, as a zipped LeRobot v3.0 folder.

    python sample.py --out ../../public/samples/cube_arm.zip

The arm is drawn like those that the base learned from (`arms.py`), with a seed that no training run used. Its joints are in degrees, its
gripper in percent. The same seed gives the same file, byte for byte.
"""

import argparse
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import arms

SEED, EPISODES, FPS = 8102, 8, 30
TASK = 'pick up the cube and place it in the box'
JOINTS = ['shoulder_pan', 'shoulder_lift', 'elbow', 'wrist_flex', 'wrist_roll', 'gripper']
DEGREES = 60.0  # of one unit of arms.py


@dataclass
class Recorded:
    action: np.ndarray  # (T, J)
    state: np.ndarray  # (T, J)


def arm_of(rng):
    return arms.Arm(joints=len(JOINTS), fps=FPS, seconds=0.8, gripper=True, delay=2.5, offset=rng.normal(0, 0.02, len(JOINTS)),
                    jitter=0.004, noise=0.004, own=0.2)


def in_units(rows):
    """(T, J): degrees; of the gripper, percent open."""
    scaled = rows * DEGREES
    scaled[:, -1] = 50 * (rows[:, -1] + 1)
    return scaled.astype(np.float32)


def recorded(rng, arm, habits):
    """One demonstration of TASK; demonstrations of other things are drawn and thrown away."""
    while True:
        prompt, action = arms.demo(rng, arm, habits)
        if prompt == TASK:
            return Recorded(*(in_units(rows) for rows in arms.followed(rng, arm, action)))


def table_of(episodes):
    """The frames of all episodes, as LeRobot lists them."""
    lengths = [len(e.action) for e in episodes]
    frame = np.concatenate([np.arange(n) for n in lengths])
    joints = pa.list_(pa.float32(), len(JOINTS))
    rows = {name: pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate([getattr(e, key) for e in episodes]).reshape(-1)), type=joints)
            for name, key in (('action', 'action'), ('observation.state', 'state'))}
    return pa.table(rows | {
        'timestamp': pa.array((frame / FPS).astype(np.float32)),
        'frame_index': pa.array(frame),
        'episode_index': pa.array(np.repeat(np.arange(len(episodes)), lengths)),
        'index': pa.array(np.arange(sum(lengths))),
        'task_index': pa.array(np.zeros(sum(lengths), np.int64))})


def episodes_table(episodes):
    ends = np.cumsum([len(e.action) for e in episodes])
    starts = np.r_[0, ends[:-1]]
    zeros = np.zeros(len(episodes), np.int64)
    return pa.table({'episode_index': np.arange(len(episodes)), 'tasks': [[TASK]] * len(episodes), 'length': ends - starts,
                     'data/chunk_index': zeros, 'data/file_index': zeros, 'dataset_from_index': starts, 'dataset_to_index': ends})


def info_of(episodes):
    joints = {'dtype': 'float32', 'shape': [len(JOINTS)], 'names': [f'{name}.pos' for name in JOINTS]}
    one = {'shape': [1], 'names': None}
    return {'codebase_version': 'v3.0', 'robot_type': 'generated arm', 'total_episodes': len(episodes),
            'total_frames': sum(len(e.action) for e in episodes), 'total_tasks': 1, 'chunks_size': 1000, 'fps': FPS,
            'splits': {'train': f'0:{len(episodes)}'},
            'data_path': 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet', 'video_path': None,
            'features': {'action': joints, 'observation.state': joints, 'timestamp': {'dtype': 'float32', **one},
                         **{name: {'dtype': 'int64', **one} for name in ('frame_index', 'episode_index', 'index', 'task_index')}}}


def parquet(table):
    file = io.BytesIO()
    pq.write_table(table, file, compression='snappy')
    return file.getvalue()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--out', type=Path, required=True)
    args = options.parse_args()
    rng = np.random.default_rng(SEED)
    arm, habits = arm_of(rng), {}
    episodes = [recorded(rng, arm, habits) for _ in range(EPISODES)]
    files = {'meta/info.json': json.dumps(info_of(episodes), indent=2).encode(),
             'meta/tasks.parquet': parquet(pa.table({'task_index': [0], 'task': [TASK]})),
             'meta/episodes/chunk-000/file-000.parquet': parquet(episodes_table(episodes)),
             'data/chunk-000/file-000.parquet': parquet(table_of(episodes))}
    with zipfile.ZipFile(args.out, 'w', zipfile.ZIP_STORED) as archive:
        for name, contents in files.items():
            archive.writestr(zipfile.ZipInfo(f'{args.out.stem}/{name}', (2026, 1, 1, 0, 0, 0)), contents)
    print(args.out, args.out.stat().st_size, 'bytes,', sum(len(e.action) for e in episodes), 'frames')


if __name__ == '__main__':
    main()
