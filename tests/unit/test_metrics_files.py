"""What a killed API leaves in the temporary directory, the next one removes."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from service import metrics_files


def test_a_dead_processes_folder_is_removed_and_a_living_ones_is_not() -> None:
    """By the process id in its name."""
    code = "from service import metrics_files; print(metrics_files.make())"
    dead = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    mine, again = metrics_files.make(), metrics_files.make()
    assert not Path(dead.stdout.strip()).exists()
    assert mine.is_dir()
    for folder in (mine, again):
        folder.rmdir()


def test_others_folders_are_left_alone() -> None:
    """Only names of this shape are looked at."""
    with tempfile.TemporaryDirectory(prefix=f"aiguilleur-other-{os.getpid()}-") as folder:
        metrics_files.make().rmdir()
        assert Path(folder).is_dir()
