"""What the watches found, on its way to whoever asked: by mail, by webhook, or into a feed; each story told once."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.nouns import Exit
from pipelines.whole_files import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from pipelines.clippings import Match
    from pipelines.store.watches import Watch

AT_ONCE = 50  # stories in one message
MESSAGES = 20  # to one target in one delivery; the rest waits for the next
IN_FEED = 200


def deliver(opened: Engine) -> int:
    """Tell every watch's new stories; a target that cannot be reached does not keep the others waiting. Give the exit code."""
    from sqlalchemy.exc import IntegrityError

    from pipelines.post import Unsent
    from pipelines.store import watches
    from pipelines.store.search_query import QueryError

    sent, code = 0, Exit.DONE
    with opened.connect() as connection:
        every = watches.listed(connection)
    for watch in every:
        try:
            with opened.begin() as connection:
                watches.find(connection, watch)
            told, refused = _one(opened, watch)
            sent += told
            if refused:
                print(f"watch {watch.id}: {shown(watch)}: {refused}", file=sys.stderr)
                code = Exit.ALARM
        except QueryError as error:  # one that an older Kliping took
            print(f"watch {watch.id}: {watch.query}: {error}", file=sys.stderr)
            code = Exit.ALARM
        except IntegrityError:  # it was removed meanwhile, or a story was forgotten that answers it: the next delivery looks again
            continue
        except (Unsent, OSError) as error:
            print(f"watch {watch.id}: {shown(watch)}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
            code = Exit.ALARM
    print(f"{sent} stories told")
    return code


def _one(opened: Engine, watch: Watch) -> tuple[int, str]:
    """Tell one watch's; how many, and what was refused for good."""
    from pipelines.store import watches

    sent, refused = 0, ""
    way, _, where = watch.target.partition(":")
    for _ in range(IN_FEED // AT_ONCE if way == "rss" else MESSAGES):  # what is told stays in the feed until the next delivery
        with opened.begin() as connection:
            new = watches.waiting(connection, watch.id, AT_ONCE)
            if not new:
                break
            refused = _tell(watch, new, watches.latest(connection, watch.id, IN_FEED)) or refused
            watches.told(connection, watch.id, new)
        sent += len(new)
    if not sent and way == "rss" and feed_of(watch.id, where).exists():  # a story that was forgotten leaves the feed, too
        with opened.connect() as connection:
            _write(watch, where, watches.latest(connection, watch.id, IN_FEED))
    return sent, refused


def _tell(watch: Watch, new: Sequence[Match], latest: Sequence[Match]) -> str:
    """Tell of what is new; give what of it was refused for good."""
    from pipelines.post import post, write

    way, _, where = watch.target.partition(":")
    if way == "rss":
        _write(watch, where, latest)
    elif way == "webhook":
        post(_address(where), {"watch": watch.id, "query": watch.query, "stories": [_plain(match) for match in new]})
    else:
        subject, said = f"Kliping: {len(new)} new: {watch.query}", (f"{match.title}\n{match.url}\n{match.text}" for match in new)
        keys = "\n".join([str(watch.id), *(match.url for match in new)])
        stamp = f"watch-{sha256(keys.encode()).hexdigest()[:32]}"
        return write(where, subject, "\n\n".join(said), by="KLIPING_SMTP", sender="KLIPING_MAIL_FROM", stamp=stamp)
    return ""


def _address(where: str) -> str:
    from pipelines.post import Unsent, told

    if not where.startswith("env:"):
        return where
    name = where.removeprefix("env:")
    if not (address := told(name)):
        raise Unsent(f"{name} is not set")
    if not is_web(address):
        raise Unsent(f"{name}: needs an address as https://HOST/PATH")
    return address


def is_web(address: str) -> bool:
    """Whether a webhook may have this address: https, or http as one's own network may speak it, a host, and no user."""
    with suppress(ValueError):  # a bracket that is left open
        parts = urlsplit(address)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc
    return False


def _write(watch: Watch, where: str, latest: Sequence[Match]) -> None:
    from pipelines.show.atom import feed

    path, told = feed_of(watch.id, where), feed(watch.id, watch.query, watch.created_at, latest)
    if path.is_file() and path.read_bytes() == told:  # its readers ask whether it is newer
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part:
        part.write_bytes(told)


def feed_of(number: int, where: str = "") -> Path:
    """Give a watch's feed: the file that it names, or one of ours."""
    from pipelines.store.embedded import data_dir

    return Path(where) if where else data_dir() / "watches" / f"{number}.xml"


def _plain(match: Match) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(match).items()}


def shown(watch: Watch) -> str:
    """Give its target for people; a webhook's address is a secret: only its host is told."""
    way, _, where = watch.target.partition(":")
    if way == "rss":
        return f"rss:{feed_of(watch.id, where)}"
    return f"webhook:{urlsplit(where).hostname or '…'}/…" if way == "webhook" and not where.startswith("env:") else watch.target
