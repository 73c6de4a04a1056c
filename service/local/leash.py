"""Run a command that dies with the process that started it.

    python -I -S leash.py PARENT SIGNAL UID:GID COMMAND...

The kernel sends SIGNAL to the command when PARENT's thread that started it ends, however it ends.
This must be asked for after the change of user, which forgets it, and by the process itself; hence
a program of its own, with the standard library alone. (`preexec_fn` would run Python between fork
and exec, which may hang where there are threads.)
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def _main() -> None:
    parent, signal, account, *command = sys.argv[1:]
    # both are loaded before the change of user, who may not be allowed to read this Python's files
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if account != "-":
        _become(*map(int, account.split(":")))
    if library is not None and library.prctl(_PR_SET_PDEATHSIG, int(signal)) != 0:
        sys.exit("the kernel refused PR_SET_PDEATHSIG")
    if os.getppid() != int(parent):
        sys.exit("the process that started this one is gone")
    try:
        os.execv(command[0], command)  # noqa: S606  # no shell is wanted
    except OSError as error:
        sys.exit(f"{command[0]} cannot be run: {error.strerror}")


def _become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


if __name__ == "__main__":
    _main()
