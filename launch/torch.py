"""torch for the CPU: on Linux, PyPI's brings gigabytes of CUDA libraries that nothing here uses."""

import re
import sys

from launch.requirements import requirements_file

_INDEX = "https://download.pytorch.org/whl/cpu"


def cpu_torch(part):
    """Arguments of a `pip install` that comes first, or None where PyPI's torch is as good.

    It may fail: then PyPI's is taken, which is larger and does the same.
    """
    if part == "serving" or sys.platform != "linux":
        return None
    pinned = re.search(
        r"^torch==\S+", requirements_file("training").read_text("utf-8"), re.MULTILINE
    )
    if pinned is None:
        return None
    # without its dependencies, so that this index is asked for one name only
    return ["--no-deps", "--retries", "1", "--extra-index-url", _INDEX, pinned.group()]
