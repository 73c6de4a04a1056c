"""Copy the servers' programs out of a checkout that their account may not enter."""

import shutil
import tempfile
from pathlib import Path

from service.local.places import remove

# Of the whole install only what runs a server is needed: half of it is for those who compile.
_UNUSED = shutil.ignore_patterns("include", "*.a", "pkgconfig")


def copy_postgres(install: Path, release: str, home: Path) -> Path:
    """Copy an install of the wheel, with the libraries beside its package; returns its `bin`."""
    package = install.parent
    copy = home / f"postgres-{release}"
    if not copy.exists():
        work = _workplace(home)
        shutil.copytree(install, work / package.name / install.name, ignore=_UNUSED)
        # the programs look for their libraries beside the package
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, work / libraries.name)
        _publish(work, copy)
    return copy / package.name / install.name / "bin"


def copy_redis(program: Path, release: str, home: Path) -> Path:
    """Copy one program that stands alone; returns the copy."""
    copy = home / f"redis-{release}"
    if not copy.exists():
        work = _workplace(home)
        shutil.copy2(program, work / program.name)
        _publish(work, copy)
    return copy / program.name


def _workplace(home: Path) -> Path:
    work = Path(tempfile.mkdtemp(prefix="copying-", dir=home))
    work.chmod(0o755)
    return work


def _publish(work: Path, copy: Path) -> None:
    """Move it into place at once, so that a copy that is there is whole."""
    try:
        work.rename(copy)
    except OSError:
        remove(work)  # another start was faster
        if not copy.exists():
            raise
