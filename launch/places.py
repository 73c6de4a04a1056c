"""Where the environment may be: in the checkout, else in a directory of this user."""

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def homes():
    """All places, best first; a checkout that cannot be written has one for each of its users."""
    name = f"venv-{hashlib.sha256(os.fsencode(str(ROOT))).hexdigest()[:12]}"
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    own = Path(tempfile.gettempdir()) / f"aiguilleur-{os.getuid()}"
    return [ROOT / ".venv", Path(cache) / "aiguilleur" / name, own / name]


def is_usable(home):
    """Whether this user may make it or change it; makes the directory above it."""
    try:
        if home.parent != ROOT:
            home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # it may lie where everybody writes: nobody else may have put it there
            if home.parent.stat().st_uid != os.getuid():
                return False
        if home.exists():
            return home.stat().st_uid == os.getuid() and os.access(str(home), os.W_OK)
    except OSError:
        return False
    return os.access(str(home.parent), os.W_OK)
