"""Copies what pages load from the locked npm packages into the repository, with its licences.

python -m scripts.vendor            copy anew what `vendor/package-lock.json` files lock
python -m scripts.vendor --check    end with 1 where a copy differs from its package

Needs npm. To take a newer version: change it in `package.json`, run `npm install
--package-lock-only --omit-lockfile-registry-resolved --ignore-scripts` beside it, then this.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]

# folder of package.json -> file in node_modules -> where it goes
FILES: Mapping[str, Mapping[str, str]] = {
    "service/api/vendor": {
        "swagger-ui-dist/LICENSE": "swagger-ui/LICENSE",
        "swagger-ui-dist/NOTICE": "swagger-ui/NOTICE",
        "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
        "swagger-ui-dist/swagger-ui.css": "swagger-ui/swagger-ui.css",
    },
    "service/console/vendor": {
        "chart.js/LICENSE.md": "chart.js/LICENSE.md",
        "chart.js/dist/chart.umd.min.js": "chart.js/chart.umd.min.js",
        "@kurkle/color/LICENSE.md": "chart.js/LICENSE.color.md",
        "htmx.org/LICENSE": "htmx.org/LICENSE",
        "htmx.org/dist/htmx.min.js": "htmx.org/htmx.min.js",
    },
    "tests/integration/browser/vendor": {
        "axe-core/LICENSE": "axe-core/LICENSE",
        "axe-core/axe.min.js": "axe-core/axe.min.js",
    },
}


def main(arguments: Sequence[str]) -> int:
    """Copy or compare; returns 0, or 1 where a comparison found a difference."""
    differing = [
        place
        for folder in FILES
        for source, place in _packaged(ROOT / folder, FILES[folder])
        if not _settled(source, place, check="--check" in arguments)
    ]
    for place in differing:
        print(f"{place.relative_to(ROOT)} is not what its package holds", file=sys.stderr)  # noqa: T201
    return 1 if differing else 0


def _packaged(folder: Path, files: Mapping[str, str]) -> Iterator[tuple[Path, Path]]:
    """Each file of the installed packages with its place; they are gone afterwards."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed: it is what fetches the packages.")
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(folder / name, scratch)
        subprocess.run([npm, *_INSTALL], cwd=scratch, check=True)  # noqa: S603
        for source, place in files.items():
            yield Path(scratch) / "node_modules" / source, folder / place


def _settled(source: Path, place: Path, *, check: bool) -> bool:
    if check:
        return place.is_file() and place.read_bytes() == source.read_bytes()
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
