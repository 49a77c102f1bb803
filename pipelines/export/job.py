"""An export's folder while it is being written: what was ordered, which shards are done, so that it goes on where it stopped."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pipelines.export.card import card
from pipelines.export.files import digest
from pipelines.export.tally import Tally
from pipelines.whole_files import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

WORK = ".unfinished"


class Occupied(Exception):
    """The folder holds something else; its text is the one line."""


@dataclass(frozen=True, slots=True)
class Done:
    """A shard that is written: its part, its number there, the last story in it, its files with their sha256, its counts."""

    part: int
    number: int
    last: tuple[str, str]
    sums: dict[str, str]
    counts: dict[str, Any]


class Job:
    """One export into one folder. ``told`` is what its card says; all but the counts is known before the first story."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.work = folder, folder / WORK
        self.told: dict[str, Any] = {}
        self.last: Done | None = None

    def resume(self) -> dict[str, Any] | None:
        """Give what an unfinished export in this folder ordered; None in a new one. Occupied where other things are in it."""
        order = self.work / "order.json"
        if order.is_file():
            self.told = json.loads(order.read_text(encoding="utf-8"))
            self.last = next(self._done(newest_first=True), None)
            return self.told
        if self.folder.is_dir() and any(path.name != WORK for path in self.folder.iterdir()):
            raise Occupied(f"{self.folder} is not empty and holds no unfinished export: give another folder")
        return None

    def begin(self, told: Mapping[str, Any]) -> None:
        """Note the order."""
        self.told = dict(told)
        self.work.mkdir(parents=True, exist_ok=True)
        _write(self.work / "order.json", json.dumps(self.told))

    def finish_shard(self, part: int, number: int, last: tuple[str, str], files: Iterable[Path], tally: Tally) -> None:
        """Note a shard; only now it counts."""
        sums = {str(path.relative_to(self.folder)): digest(path) for path in files}
        self.last = Done(part, number, last, sums, tally.told())
        _write(self.work / f"shard-{part}-{number:06}.json", json.dumps(asdict(self.last)))

    def finish(self) -> Tally:
        """Write the card and the checksums; nothing unfinished is left."""
        self.told.pop("forgotten", None)  # of concern to a job that goes on alone
        whole = Tally()
        for done in self._done():
            whole.merge(Tally.of(done.counts))
        counts = whole.told()
        permissions = {name: self.told["permissions"].get(name, "unknown") for name in counts["outlets"]}
        files = {part: names for part, names in self.told["files"].items() if part in counts["parts"]}
        told = self.told | {"permissions": permissions, "files": files}  # load_dataset refuses a split that has no file
        _write(self.folder / "card.json", json.dumps(told | {"counts": counts}, ensure_ascii=False, indent=1) + "\n")
        _write(self.folder / "README.md", card(told, counts))
        with (self.work / "SHA256SUMS").open("w", encoding="utf-8") as out:
            for done in self._done():
                out.writelines(f"{one}  {name}\n" for name, one in done.sums.items())
            out.writelines(f"{digest(self.folder / name)}  {name}\n" for name in ("README.md", "card.json"))
        (self.work / "SHA256SUMS").replace(self.folder / "SHA256SUMS")
        shutil.rmtree(self.work)
        return whole

    def _done(self, *, newest_first: bool = False) -> Iterator[Done]:
        """The shards that are written, in order, one at a time."""
        for path in sorted(self.work.glob("shard-*.json"), reverse=newest_first):
            yield Done(**json.loads(path.read_text(encoding="utf-8")))


def _write(path: Path, text: str) -> None:
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")
