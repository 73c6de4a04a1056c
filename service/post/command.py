"""The command line of `aiguilleur post`; its exit status is part of the contract.

0 all posted (with --wait: and decided)     1 some messages were not posted, the others were
2 wrong usage, key or address               3 the service cannot be reached, or decides nothing
130 interrupted; the same command posts the rest
"""

import argparse
import os
import sys
from pathlib import Path

_EPILOG = """\
exit status: 0 all posted, 1 some messages were not, 2 wrong usage, key or address,
3 the service cannot be used; 130 interrupted. After 3 and 130, the same command posts the rest.
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `post` to the command line."""
    text = "post messages to a service, as a mail gateway does"
    post = commands.add_parser(
        "post",
        help=text,
        description=text,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    post.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="a message, an mbox, a Maildir, or - for stdin"
    )
    post.add_argument("--url", help="of the service (AIGUILLEUR_URL, http://127.0.0.1:8080)")
    post.add_argument("--key", help="API key; better in AIGUILLEUR_KEY, where nobody sees it")
    post.add_argument("--mailbox", help="the mailbox that the messages belong to")
    post.add_argument("--priority", choices=["low", "normal", "high", "urgent"])
    post.add_argument("--wait", action="store_true", help="wait for decisions, show a table")
    post.add_argument("--json", action="store_true", help="one JSON object a message on stdout")
    post.add_argument("--state", type=Path, metavar="FILE", help="what is posted is noted here")
    post.add_argument(
        "--patience",
        type=float,
        default=120.0,
        metavar="SECONDS",
        help="how long to go on when the service does not answer, or decides nothing (120)",
    )
    post.set_defaults(run=_run, own_settings=True)


def _run(arguments: argparse.Namespace) -> int:
    # here, so that `--help` of any command stays quick
    from service.post.api import GaveUp, Refused  # noqa: PLC0415
    from service.post.sources import SourceError  # noqa: PLC0415

    try:
        return _post(arguments)
    except (SourceError, Refused) as error:
        return _say(str(error), 2)
    except GaveUp as error:
        return _say(f"{error}. The same command goes on from here.", 3)
    except KeyboardInterrupt:
        return _say("interrupted; the same command posts the rest.", 130)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _post(arguments: argparse.Namespace) -> int:
    from service.post import report  # noqa: PLC0415
    from service.post.api import Api, Options  # noqa: PLC0415
    from service.post.journal import Journal, default_path  # noqa: PLC0415
    from service.post.run import Plan, Run  # noqa: PLC0415
    from service.post.sources import listed  # noqa: PLC0415

    url = arguments.url or os.environ.get("AIGUILLEUR_URL") or "http://127.0.0.1:8080"
    api = Api(url, _key(arguments), arguments.patience)
    options = Options(arguments.mailbox, arguments.priority)
    journal = Journal(arguments.state or default_path(url, arguments.sources, options), options)
    with listed(arguments.sources) as items:
        lines = Run(api, journal, Plan(options, arguments.wait, arguments.patience))(items)
    journal.close()
    if arguments.json:
        report.json_lines(lines)
    elif arguments.wait:
        report.table(lines)
    sys.stdout.flush()
    report.faults(lines)
    return _say(report.summary(lines), int(any(line.wrong for line in lines)))


def _key(arguments: argparse.Namespace) -> str:
    from service.post.api import Refused  # noqa: PLC0415

    key = arguments.key or os.environ.get("AIGUILLEUR_KEY")
    file = os.environ.get("AIGUILLEUR_KEY_FILE")
    if not key and file:
        try:
            key = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"AIGUILLEUR_KEY_FILE {file} cannot be read: {error}") from error
    if not key or not key.strip():
        raise Refused("There is no API key: set AIGUILLEUR_KEY (or --key)")
    if not key.strip().isascii() or not key.strip().isprintable():
        raise Refused("The API key has characters that no key has: was all of it copied, once?")
    return key.strip()


def _say(text: str, status: int) -> int:
    sys.stderr.write(f"aiguilleur post: {text}\n")
    return status
