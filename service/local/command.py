"""`aiguilleur up` and `aiguilleur demo`.

data directory -> servers -> migrate -> processes -> keys -> (demo) -> watch -> stop in order
"""

import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

from redis import RedisError
from rich.console import Console
from rich.markup import escape

from service.errors import StartupError
from service.jobs import connect
from service.local import environment_file, report
from service.local.checks import checked
from service.local.demo import demo as run_demo
from service.local.interrupts import Interrupts
from service.local.keys import own_keys
from service.local.places import data_dir
from service.local.plan import ROOT, Plan, given, make_plan, service_command
from service.local.ports import choose_http
from service.local.process import leashed
from service.local.servers import EmbeddedServers
from service.local.supervisor import Supervisor

_INTERRUPTED = 130


def run(*, demo: bool, once: bool) -> int:
    """Start everything on this machine; returns 0 after a stop that was asked for.

    With `demo`, the sample mails are posted first; with `once`, that is all: the result is 0 only
    if each of them has a decision.

    Raises:
        StartupError: a sentence saying what is in the way.

    """
    try:
        with Interrupts() as interrupts, ExitStack() as stack:
            return _run(_console(), interrupts, stack, demo=demo, once=once)
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(
    console: Console, interrupts: Interrupts, stack: ExitStack, *, demo: bool, once: bool
) -> int:
    try:
        house = _House(console, interrupts, stack)
        return house.live(demo=demo, once=once)
    except KeyboardInterrupt:
        console.print("Stopping.")
        raise
    except StartupError as error:
        # Ctrl-C reaches what is being started, too
        if interrupts.signalled:
            raise KeyboardInterrupt from error
        raise


class _House:
    """All that runs on this machine; it is taken down with `stack`."""

    def __init__(self, console: Console, interrupts: Interrupts, stack: ExitStack) -> None:
        self._console = console
        self._interrupts = interrupts
        routing = checked()
        place = data_dir()
        http = choose_http()
        console.print(f"Starting on {escape(str(place))}")
        servers = stack.enter_context(
            EmbeddedServers(place, postgres=not given("DATABASE_URL"), redis=not given("REDIS_URL"))
        )
        self._plan = make_plan(
            http, place, routing, servers.own_database_url, servers.own_redis_url
        )
        self._environment_file = environment_file.write(place, self._plan.environment)
        self._look_for_redis()
        _migrate(self._plan)
        self._supervisor = Supervisor(self._plan.processes, self._say)
        interrupts.hurry = self._supervisor.kill
        stack.enter_context(self._supervisor)
        self._supervisor.await_ready()
        self._keys = own_keys(self._plan, place)
        posting = {"AIGUILLEUR_URL": self._plan.url, "AIGUILLEUR_KEY": self._keys.gateway}
        environment_file.write(place, {**self._plan.environment, **posting})

    def live(self, *, demo: bool, once: bool) -> int:
        """Watch over the processes until a stop is asked for."""
        self._interrupts.up()
        with ThreadPoolExecutor(1, thread_name_prefix="demo") as pool:
            shown = pool.submit(self._show, demo=demo, once=once)
            shown.add_done_callback(lambda done: self._end_with(done, once=once))
            self._supervisor.watch(self._interrupts.stop)
            self._console.print("Stopping.")
            return 0 if shown.result() or not once else 1

    def _show(self, *, demo: bool, once: bool) -> bool:
        stop = self._interrupts.stop
        good = not demo or run_demo(self._plan.url, self._keys, self._console, stop.is_set)
        if not once and not stop.is_set():
            report.directions(self._console, self._plan, self._keys, self._environment_file)
        return good

    def _look_for_redis(self) -> None:
        if "REDIS_URL" in self._plan.environment:
            try:
                connect(self._plan.environment["REDIS_URL"], timeout=2).ping()
            except RedisError:
                self._say("REDIS_URL does not answer: mail is decided without it, a little later.")

    def _end_with(self, done: "Future[bool]", *, once: bool) -> None:
        if once or done.exception():
            self._interrupts.stop.set()

    def _say(self, sentence: str) -> None:
        self._console.print(escape(sentence))


def _migrate(plan: Plan) -> None:
    done = subprocess.run(  # noqa: S603  # a command of our own
        leashed(service_command("migrate")),
        env=dict(plan.environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        where = "DATABASE_URL" if given("DATABASE_URL") else "the embedded PostgreSQL"
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise StartupError(f"Migrating {where} failed: " + said[-1].removeprefix("aiguilleur: "))


def _console() -> Console:
    # a terminal that cannot show a character gets another in its place, not an error
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # both are text files
    return Console(highlight=False, soft_wrap=True)
