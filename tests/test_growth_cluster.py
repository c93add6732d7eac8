"""A rehearsal on two machines: a Dask cluster that is killed, and what it leaves."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from molva import newsroom
from tests.test_molva_demo import SAME, rows

pytest.importorskip("distributed")

ROOT = Path(__file__).parents[1]
#: The network of the rehearsal: the newsrooms' hosts, and the three machines'.
NEWS, BRIDGE = "10.77.1", "10.77.0"


@dataclass
class Machine:
    """Where a worker runs: its address, and what to run it with."""

    address: str
    through: tuple[str, ...] = ()


@dataclass
class Cluster:
    """A scheduler and a worker on each machine, that can be killed one by one."""

    machines: list[Machine]
    host: str
    folder: Path
    port: int = 0
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"tcp://{self.host}:{self.port}"

    def begin(self) -> None:
        self.port = _free_port(self.host)
        self._begin("scheduler", ("--host", self.host, "--port", str(self.port)))
        for number, machine in enumerate(self.machines):
            where = (self.address, "--host", machine.address, "--no-nanny")
            rest = ("--nthreads", "1", "--local-directory", str(self.folder))
            self._begin("worker", (*where, *rest), machine, number)

    def _begin(
        self,
        kind: str,
        options: tuple[str, ...],
        machine: Machine | None = None,
        number: int | None = None,
    ) -> None:
        name = kind if number is None else f"{kind}-{number}"
        own = (sys.executable, "-m", f"distributed.cli.dask_{kind}", *options)
        log = (self.folder / f"{name}.log").open("ab")
        with log:
            self.running[name] = subprocess.Popen(
                [*(machine.through if machine else ()), *own, "--no-dashboard"],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
                stdout=log,
                stderr=log,
            )

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for name in list(self.running):
            self.kill(name)


def _free_port(host: str) -> int:
    with closing(socket.socket()) as knock:
        knock.bind((host, 0))
        return int(knock.getsockname()[1])


@contextmanager
def two_machines() -> Iterator[tuple[str, list[Machine]]]:
    """Yield the host of the scheduler and two machines to work on.

    Where root may make them these are network namespaces of their own, joined by a
    bridge; elsewhere this machine twice.
    """
    try:
        with _namespaces() as machines:
            yield f"{BRIDGE}.1", machines
    except PermissionError:
        yield "127.0.0.1", [Machine("127.0.0.1"), Machine("127.0.0.1")]


@contextmanager
def _namespaces() -> Iterator[list[Machine]]:
    if os.geteuid() or not shutil.which("ip"):
        raise PermissionError
    names = ["molva-one", "molva-two"]
    try:
        _ip("link add molva0 type bridge")
        _ip(f"addr add {BRIDGE}.1/24 dev molva0")
        _ip("link set molva0 up")
        _ip(f"route add local {NEWS}.0/24 dev lo")
        machines = []
        for number, name in enumerate(names, 2):
            _ip(f"netns add {name}")
            _ip(f"link add molva{number} type veth peer name eth0 netns {name}")
            _ip(f"link set molva{number} master molva0 up")
            _ip(f"-n {name} addr add {BRIDGE}.{number}/24 dev eth0")
            _ip(f"-n {name} link set eth0 up")
            _ip(f"-n {name} link set lo up")
            _ip(f"-n {name} route add default via {BRIDGE}.1")
            through = ("ip", "netns", "exec", name)
            machines.append(Machine(f"{BRIDGE}.{number}", through))
        yield machines
    finally:
        for name in names:
            _ip(f"netns del {name}", must=False)
        _ip(f"route del local {NEWS}.0/24 dev lo", must=False)
        _ip("link del molva0", must=False)


def _ip(told: str, *, must: bool = True) -> None:
    done = subprocess.run(["ip", *told.split()], capture_output=True, check=False)
    if must and done.returncode:
        raise PermissionError(done.stderr.decode())


@contextmanager
def newsrooms(count: int, hosts: str, folder: Path) -> Iterator[Path]:
    """Serve so many copies of the newsroom, each on a host of its own.

    Yields the folder of their source files.
    """
    with ExitStack() as stack:
        for number in range(1, count + 1):
            host = f"{hosts}.{number}"
            site = stack.enter_context(newsroom.serve(host=host))
            for file in newsroom.write_sources(folder / str(number), site.url):
                text = file.read_text("utf-8").replace("127.0.0.1", host)
                name = f"{file.stem}-{number}"
                text = text.replace(f'name = "{file.stem}"', f'name = "{name}"')
                top, _, tables = text.partition("\n[")
                private = f'allow_private = ["{host}"]\n'
                (folder / f"{name}.toml").write_text(f"{top}\n{private}\n[{tables}")
            shutil.rmtree(folder / str(number))
        yield folder


def molva(path: Path, sources: Path, *options: str) -> subprocess.Popen[str]:
    """Begin a run on a database."""
    command = [sys.executable, "-m", "molva", "--db", str(path), "run"]
    return subprocess.Popen(
        [*command, "--sources", str(sources), "--as-of", "2026-02-12", *options],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(run: subprocess.Popen[str]) -> tuple[int, str]:
    told = run.communicate()[1]
    return run.returncode, told


def wait_until(path: Path, sql: str, least: int, run: subprocess.Popen[str]) -> None:
    """Wait until a count in a database that is written to is large enough."""
    while run.poll() is None:
        if path.exists():
            with closing(sqlite3.connect(path, timeout=30)) as conn:
                try:
                    if conn.execute(sql).fetchone()[0] >= least:
                        return
                except sqlite3.OperationalError:  # not made yet
                    pass
        time.sleep(0.05)
    pytest.fail(f"the run ended before {sql} gave {least}: {finish(run)}")


def database(folder: Path, name: str) -> Path:
    path = folder / name / "news.db"
    path.parent.mkdir()
    (path.parent / "molva.toml").write_text(
        'shipped = false\ncontact = "https://example.org/rehearsal"\n'
    )
    return path


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as conn:
        return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


COPIES = [
    pytest.param(2, id="2", marks=pytest.mark.timeout(600)),
    pytest.param(50, id="50", marks=[pytest.mark.slow, pytest.mark.timeout(5400)]),
]


@pytest.mark.parametrize("copies", COPIES)
def test_a_cluster_killed_twice_leaves_what_a_plain_run_leaves(
    tmp_path: Path, copies: int
) -> None:
    with (
        two_machines() as (host, machines),
        newsrooms(
            copies, NEWS if machines[0].through else "127.0.1", tmp_path / "sources"
        ) as sources,
    ):
        plain, spread = database(tmp_path, "plain"), database(tmp_path, "spread")
        code, told = finish(molva(plain, sources, "--workers", "1"))
        assert code == 0, told
        cluster = Cluster(machines, host, tmp_path)
        try:
            cluster.begin()
            run = molva(spread, sources, "--executor", cluster.address)
            wait_until(spread, "SELECT count(*) FROM report", copies, run)
            cluster.kill("worker-0")
            read = "SELECT count(*) FROM report_revision WHERE read_at IS NOT NULL"
            wait_until(spread, read, copies, run)
            cluster.kill("scheduler")
            code, told = finish(run)
            assert code == 1, told
            assert "the cluster is gone" in told
            assert count(spread, "lease") == 0
            cluster.end()
            cluster.begin()
            code, told = finish(molva(spread, sources, "--executor", cluster.address))
            assert code == 0, told
        finally:
            cluster.end()
        for table in SAME:
            one, other = (rows(path, table, but={"n"}) for path in (plain, spread))
            assert one == other, table
        assert count(plain, "report") == 43 * copies
