"""The account that the embedded server runs under and the way into it; nothing here knows what a database is."""

import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.store.errors import DatabaseError

# The server outlives its client and its environment can be read, so it gets none of the client's secrets. LC_ALL, because
# initdb refuses a LANG whose locale was never generated, and macOS has no C.UTF-8.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
_LOCALE = {"LC_ALL": "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"}

# A venv or a KLIPING_DATA below a closed directory (/root is 0700) is out of reach for the server's user. Rather than open the
# directory to everyone, the server may keep one capability of root's: to read and to pass, never to write. access(2), by which
# initdb looks for its siblings, ignores capabilities of a user who is not root unless no_setuid_fixup is set.
_PASS = [f"--{which}=-all,+dac_read_search" for which in ("inh-caps", "ambient-caps", "bounding-set")]
_PASS.append("--securebits=+no_setuid_fixup")


@dataclass(frozen=True)
class Account:
    """A user of the system and how a child process becomes that user."""

    prefix: Sequence[str] = ()
    ids: dict[str, Any] = field(default_factory=dict)

    def run(self, *argv: str | Path, cwd: Path, keep: Sequence[int] = ()) -> subprocess.CompletedProcess[str]:
        """Run to the end in the cluster's directory `cwd`; open file descriptors in `keep` are handed on."""
        env = {name: os.environ[name] for name in _KEPT if name in os.environ} | _LOCALE | {"PGDATA": str(cwd)}
        how = {"env": env, "stdin": subprocess.DEVNULL, "capture_output": True, "text": True, **self.ids}
        return subprocess.run([*self.prefix, *argv], cwd=cwd, pass_fds=keep, check=False, **how)


def newcomer() -> tuple[int, int]:
    """User and group that a new cluster shall belong to: ourselves, but PostgreSQL refuses to run as root."""
    if os.geteuid():
        return os.geteuid(), os.getegid()
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)[2:4]
    raise DatabaseError("PostgreSQL refuses root, and here is no user postgres or nobody: set DATABASE_URL or use another account")


def account(directory: Path, postgres: Path) -> tuple[Account, str]:
    """Return the owner of `directory` as an account that can run `postgres` in there, and what `postgres -V` prints."""
    seen = directory.stat()
    if seen.st_uid == 0 or os.geteuid() not in {0, seen.st_uid}:
        raise DatabaseError(f"{directory} belongs to {_name(seen.st_uid)}: use that account, or set KLIPING_DATA")
    said = ""
    for way in _ways(seen.st_uid, seen.st_gid):
        code, said = _enter(way, directory, postgres)
        if code == 0:
            return way, said
    closed = _closed(seen.st_uid, directory.parent, postgres.parent)
    raise DatabaseError(closed or f"{postgres} does not run: {said}")


def _ways(user: int, group: int) -> list[Account]:
    if os.geteuid() == user:
        return [Account()]
    become = ("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups")
    return [Account(ids={"user": user, "group": group, "extra_groups": []}), Account(prefix=(*become, *_PASS))]


def _enter(way: Account, directory: Path, postgres: Path) -> tuple[int, str]:
    """Let the kernel judge: modes alone do not tell, there are ACLs, capabilities and mounts."""
    catalogue = postgres.parents[1] / "share" / "postgres.bki"
    try:
        done = way.run("sh", "-c", ': <"$1" && cd "$2" && exec "$3" -V', "sh", catalogue, directory, postgres, cwd=directory)
    except OSError as error:  # no setpriv here, or root without the right to become another user
        return 1, str(error)
    return done.returncode, (done.stdout or done.stderr).strip()


def _closed(user: int, *wanted: Path) -> str:
    """Name the first directory on the way that is shut to `user`, or nothing."""
    for path in wanted:
        for above in reversed(path.parents):
            seen = above.stat()
            if os.geteuid() == 0 and user != seen.st_uid and not seen.st_mode & stat.S_IXOTH:
                return f"{above} is closed to {_name(user)}, who runs the server: chmod o+x {above}, or move {path} elsewhere"
    return ""


def _name(user: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(user).pw_name
    return f"user {user}"
