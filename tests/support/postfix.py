"""The real Postfix as an instance of its own: loopback, high ports, a folder that is thrown away.

    port 1 (from the internet) -> LMTP                      mail for assureur.example
    port 2 (re-injection)      -> SMTP to the sink          mail for all other domains

Both as `docs/postfix.md` tells an operator to set it up.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from service.local.places import remove
from tests.support.processes import free_port

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.assureur.example
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
relay_domains = assureur.example
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
default_transport = smtp:[127.0.0.1]:{sink}
transport_maps = inline:{{ assureur.example=lmtp:inet:[127.0.0.1]:{lmtp} }}
message_size_limit = 25000000
lmtp_line_length_limit = 0
smtp_line_length_limit = 0
minimal_backoff_time = 1s
"""

_MASTER = """\
127.0.0.1:{incoming} inet n - n - - smtpd
127.0.0.1:{back} inet n - n - - smtpd
  -o smtpd_client_restrictions=permit_mynetworks,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def missing() -> str:
    """Why Postfix cannot be run here; "" where it can."""
    if shutil.which("postfix") is None:
        return "Postfix is not installed (apt-get install postfix)"
    return "" if os.geteuid() == 0 else "Postfix starts as root alone"


class Postfix:
    """Runs while it is open."""

    def __init__(self, lmtp: int, sink: int) -> None:
        self.incoming, self.back = free_port(), free_port()
        # not pytest's own folder: it is closed to the account that Postfix runs as
        self._folder = Path(tempfile.mkdtemp(prefix="aiguilleur-postfix-"))
        self._folder.chmod(0o755)
        (self._folder / "queue").mkdir()
        (self._folder / "data").mkdir()
        shutil.chown(self._folder / "data", "postfix")
        ports = {"incoming": self.incoming, "back": self.back, "lmtp": lmtp, "sink": sink}
        for name, text in (("main.cf", _MAIN), ("master.cf", _MASTER)):
            (self._folder / name).write_text(text.format(folder=self._folder, **ports))

    @property
    def log(self) -> str:
        """What it logged so far."""
        path = self._folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def flush(self) -> None:
        """Try all deferred mail again now."""
        self._command("flush")

    def __enter__(self) -> Self:
        self._command("start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._command("stop")
        remove(self._folder)

    def _command(self, verb: str) -> None:
        command = ["postfix", "-c", str(self._folder), verb]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{verb}: {done.stdout}{done.stderr}{self.log}"
