"""Starts openpi's own training with the configuration beside this file. Type in openpi's folder:

    uv run python path/to/this/folder/start.py adaptab --exp-name NAME --data.repo-id RECORDING
"""

import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path('scripts').resolve())]

if __name__ == '__main__':
    import train  # scripts/train.py of openpi
    import train_config
    from openpi.training import config as configs

    configs._CONFIGS_DICT[train_config.config.name] = train_config.config
    train.main(configs.cli())
