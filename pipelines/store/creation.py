"""A new PostgreSQL cluster: built, admitting whom it should, and whole or not there at all. Nothing here starts a server."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import tempfile
from pathlib import Path

from pipelines.store.account import account, newcomer
from pipelines.store.cluster import NAME, in_one_line
from pipelines.store.errors import DatabaseError

# --no-sync is for initdb alone, the server itself syncs every commit: a power cut in its first half minute may cost a cluster.
# mmap, because systemd-logind removes a user's /dev/shm on logout while the server stays up, and Docker's holds 64 MB.
_INITDB = shlex.split(
    f"-U {NAME} --no-sync --no-instructions --locale-provider=builtin --builtin-locale=C.UTF-8 --encoding=UTF8"
    " --lc-messages=C --auth=reject"
    " -c listen_addresses= -c unix_socket_permissions=0700 -c dynamic_shared_memory_type=mmap",
)


def create(data: Path, initdb: Path) -> None:
    """Build beside `data` and rename at the end: kill -9 on the way leaves nothing that could be taken for a cluster."""
    new = Path(tempfile.mkdtemp(prefix=f"{data.name}.new-", dir=data.parent))
    try:
        os.chown(new, *newcomer())
        way, _ = account(new, initdb.with_name("postgres"))
        done = way.run(initdb, *_INITDB, "-D", new, cwd=new)
        if done.returncode:
            raise DatabaseError(f"cannot create a database in {data}: {in_one_line(done.stderr)}")
        _admit(new)
        new.rename(data)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def sweep(data: Path) -> None:
    """Remove what a killed creation left; an initdb that still writes there dies of it, and the next start finds the rest."""
    for left in data.parent.glob(f"{data.name}.new-*"):
        shutil.rmtree(left, ignore_errors=True)


def _admit(data: Path) -> None:
    """Let in root and ourselves, by the kernel's word. The unprivileged user who runs root's server is not let in."""
    known = {"root", pwd.getpwuid(os.geteuid()).pw_name}
    (data / "pg_hba.conf").write_text(f"local all all peer map={NAME}\n")
    (data / "pg_ident.conf").write_text("".join(f'{NAME} "{user}" {NAME}\n' for user in sorted(known)))
