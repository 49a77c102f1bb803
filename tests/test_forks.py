"""Commands forked from one warm process: what they say and how they end is told as of any process, whoever is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from crawling import ROOT

from pipelines.cli import forks
from pipelines.cli.forks import Fork, Forks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SAYING = """
import os, signal, sys, time
print("out", flush=True)
own = os.getsid(0) == os.getpid(), sys.stderr is sys.__stderr__
print("err", os.environ["WARNA"], *own, signal.getsignal(signal.SIGTERM).name, file=sys.stderr)
what = sys.argv[1]
if what == "wait":
    time.sleep(60)
elif what == "well":
    signal.signal(signal.SIGTERM, lambda *_: (os.write(1, b"ended well\\n"), os._exit(3)))
    print("ready", flush=True)
    time.sleep(60)
elif what == "break":
    raise ValueError("broken")
sys.exit(int(what))
"""


@pytest.fixture
def words(tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
    (tmp_path / "saying.py").write_text(SAYING)
    return lambda what: ("saying", what)


def forked(folder: Path, use: Callable[[Forks], Awaitable[None]]) -> None:
    env = os.environ | {"WARNA": "merah", "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}

    async def begin() -> None:
        there = Forks(("decimal", "no_such_module"), env, 1 << 16)
        try:
            await use(there)
        finally:
            there.close()

    asyncio.run(begin())


async def heard(fork: Fork) -> tuple[bytes, bytes, int | None]:
    out, err = await asyncio.gather(fork.stdout.read(), fork.stderr.read())
    return out, err, await fork.wait()


def test_what_a_fork_says_and_how_it_ends(tmp_path: Path, words: Callable[[str], tuple[str, ...]]) -> None:
    async def use(there: Forks) -> None:
        started = await asyncio.gather(*(there.start(words(what)) for what in ("0", "7", "break")))
        done = await asyncio.gather(*map(heard, started))
        assert [code for _, _, code in done] == [0, 7, 1]
        assert [out for out, _, _ in done] == [b"out\n"] * 3
        assert [err for _, err, _ in done[:2]] == [b"err merah True True SIG_DFL\n"] * 2
        assert done[2][1].endswith(b"ValueError: broken\n")
        with pytest.raises(ProcessLookupError):
            started[0].send_signal(signal.SIGTERM)

    forked(tmp_path, use)


def test_a_signal_reaches_one_alone(tmp_path: Path, words: Callable[[str], tuple[str, ...]]) -> None:
    async def use(there: Forks) -> None:
        first, second, well = [await there.start(words(what)) for what in ("wait", "wait", "well")]
        assert [await well.stdout.readline(), await well.stdout.readline()] == [b"out\n", b"ready\n"]
        assert called(well.pid) == "well", "what ps and top call it"
        first.send_signal(signal.SIGTERM)
        well.send_signal(signal.SIGTERM)
        assert (await heard(first))[2] == -signal.SIGTERM
        assert await heard(well) == (b"ended well\n", b"err merah True True SIG_DFL\n", 3)
        os.kill(second.pid, 0)
        second.send_signal(signal.SIGKILL)
        assert (await heard(second))[2] == -signal.SIGKILL

    forked(tmp_path, use)


def test_kill_9_of_the_warm_process_ends_its_forks_well_and_the_next_is_forked_from_another(
    tmp_path: Path, words: Callable[[str], tuple[str, ...]]
) -> None:
    async def use(there: Forks) -> None:
        well = await there.start(words("well"))
        assert [await well.stdout.readline(), await well.stdout.readline()] == [b"out\n", b"ready\n"]
        parent = parent_of(well.pid)
        os.kill(parent, signal.SIGTERM)  # as who stops a whole group does: it is not for this one
        os.kill(parent, signal.SIGKILL)
        out, _, code = await heard(well)
        assert (out, code) == (b"ended well\n", None), "its own code is known to nobody"
        again = await there.start(words("4"))
        assert parent_of(again.pid) != parent
        assert (await heard(again))[2] == 4

    forked(tmp_path, use)


def test_no_signal_is_lost_that_comes_right_after_the_start(tmp_path: Path, words: Callable[[str], tuple[str, ...]]) -> None:
    async def use(there: Forks) -> None:
        for _ in range(20):
            fork = await there.start(words("wait"))
            fork.send_signal(signal.SIGTERM)
            assert (await asyncio.wait_for(heard(fork), 20))[2] == -signal.SIGTERM

    forked(tmp_path, use)


def test_many_that_end_at_once_are_all_told(tmp_path: Path, words: Callable[[str], tuple[str, ...]]) -> None:
    async def use(there: Forks) -> None:
        for _ in range(15):
            started = await asyncio.gather(*(there.start(words("well")) for _ in range(4)))
            for fork in started:
                assert [await fork.stdout.readline(), await fork.stdout.readline()] == [b"out\n", b"ready\n"]
            for fork in started:
                fork.send_signal(signal.SIGTERM)
            assert [code for _, _, code in await asyncio.gather(*map(heard, started))] == [3] * 4

    forked(tmp_path, use)


def test_kill_9_while_it_imports_costs_nobody_his_turn(tmp_path: Path, words: Callable[[str], tuple[str, ...]]) -> None:
    (tmp_path / "slow.py").write_text("import time; time.sleep(1)")

    async def use(there: Forks) -> None:
        there.modules, before = ("slow",), children_of(os.getpid())
        started = [asyncio.create_task(there.start(words(what))) for what in ("0", "7")]
        await asyncio.sleep(0.3)
        [own] = children_of(os.getpid()) - before
        os.kill(own, signal.SIGKILL)
        assert [(await heard(await one))[2] for one in started] == [0, 7]

    forked(tmp_path, use)


def test_no_room_for_a_fork_is_told_of_that_one_alone(tmp_path: Path, words: Callable[[str], tuple[str, ...]]) -> None:
    full = """
        import os
        fork, room = os.fork, [True]

        def full():
            if not room:
                raise BlockingIOError(11, "no room")
            room.pop()
            return fork()

        os.fork = full
    """
    (tmp_path / "full.py").write_text(dedent(full))

    async def use(there: Forks) -> None:
        there.modules = ("full",)
        well = await there.start(words("well"))
        none = await there.start(words("0"))
        with pytest.raises(ProcessLookupError):
            none.send_signal(signal.SIGTERM)
        assert await heard(none) == (b"", b"cannot be started: no room\n", 71)
        assert [await well.stdout.readline(), await well.stdout.readline()] == [b"out\n", b"ready\n"]
        well.send_signal(signal.SIGTERM)
        assert (await heard(well))[2] == 3

    forked(tmp_path, use)


def test_no_room_for_a_socket_leaves_no_pipe_open(
    tmp_path: Path, words: Callable[[str], tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    async def use(there: Forks) -> None:
        assert (await heard(await there.start(words("0"))))[2] == 0
        held = open_files()
        monkeypatch.setattr("pipelines.cli.warm.Warm.fork", full)
        with pytest.raises(OSError, match="Too many"):
            await there.start(words("0"))
        assert open_files() == held

    forked(tmp_path, use)


def test_nobody_at_work_lets_the_process_go(
    tmp_path: Path, words: Callable[[str], tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forks, "IDLE", 0.2)

    async def use(there: Forks) -> None:
        long = await there.start(words("well"))
        short = await there.start(words("0"))
        parent = parent_of(long.pid)
        await heard(short)
        await asyncio.sleep(0.5)
        os.kill(parent, 0)
        long.send_signal(signal.SIGTERM)
        await heard(long)
        await asyncio.sleep(0.5)
        with pytest.raises(ProcessLookupError):
            os.kill(parent, 0)
        assert (await heard(await there.start(words("5"))))[2] == 5

    forked(tmp_path, use)


def test_kill_9_of_who_started_it_leaves_nobody(tmp_path: Path, words: Callable[[str], tuple[str, ...]]) -> None:
    script = (
        "import asyncio\nfrom pipelines.cli.forks import Forks\nimport os\n"
        "async def begin():\n"
        "    there = Forks((), os.environ, 1000)\n"
        f"    one = await there.start({words('wait')!r})\n"
        "    print(one.pid, flush=True)\n"
        "    await one.wait()\n"
        "asyncio.run(begin())\n"
    )
    env = os.environ | {"WARNA": "merah", "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    starter = subprocess.Popen([sys.executable, "-c", script], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    pid = int(starter.stdout.readline())
    both = (pid, parent_of(pid))
    starter.kill()
    starter.communicate()
    end = time.monotonic() + 30
    while any(map(is_at_work, both)):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_what_is_there_before_a_fork_leaves_settings_and_reactor_to_it() -> None:
    """The settings look at the environment, a reactor is one process's own, and a seed may be written anew."""
    look = "import sys, re, crawler.beforehand; print(*sorted({'crawler.settings', 'twisted.internet.reactor'} & {*sys.modules})); "
    look += "from pipelines import outlets; print(outlets._load.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n0\n", "")


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def open_files() -> set[str]:
    return {file.name for file in Path("/proc/self/fd").iterdir()}


def called(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def children_of(pid: int) -> set[int]:
    return {int(one) for file in Path(f"/proc/{pid}/task").glob("*/children") for one in file.read_text().split()}


def is_at_work(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
