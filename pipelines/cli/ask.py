"""``kliping list``, ``show``, ``refusals``, ``states``, ``runs``: the database for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipelines.cli.mistake import Mistake, database, known, stories_named, whole_number
from pipelines.cli.moments import end
from pipelines.indonesian.dates import ZONES
from pipelines.nouns import Exit
from pipelines.show.table import jsonl, plainly, show

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pipelines.clippings import Clipping
    from pipelines.store.ask import Story


def _format(parser: argparse.ArgumentParser, people: str = "table") -> None:
    what = f"for people or for programs (default: {people})"
    parser.add_argument("--format", choices=(people, "jsonl"), default=people, help=what)


def _rows_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--outlet", help="only this outlet's")
    parser.add_argument("--limit", type=whole_number, default=20, metavar="N", help="at most N rows (default: 20)")
    _format(parser)


def list_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the listing may be asked."""
    _rows_arguments(parser)
    parser.add_argument("--run", type=whole_number, metavar="N", help="only what run N stored (kliping runs)")


def list_stories(args: argparse.Namespace) -> int:
    """List the newest stories: time in WIB, section, title, words, lines cut."""
    from pipelines.store import ask

    with database() as connection:
        known(connection, args.outlet)
        if args.run and not ask.is_run(connection, args.run):
            raise Mistake(f"no run {args.run} is known; `kliping runs` lists the latest")
        found = ask.newest(connection, args.outlet, args.limit, args.run)
    rows = [_local(asdict(story)) for story in found]
    if args.format == "table":
        rows = [_headline(row) for row in rows]
    show(rows, args.format)
    return Exit.DONE


def _headline(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "published (WIB)": row["published_at"], "outlet": row["outlet"], "section": row["section"],
        "title": row["title"], "words": row["words"], "lines cut": row["cuts"], "story": row["story_id"],
    }  # fmt: skip


def _local(row: dict[str, Any]) -> dict[str, Any]:
    """Show instants in WIB, the zone of most desks."""
    return {name: value.astimezone(ZONES["WIB"]) if hasattr(value, "astimezone") else value for name, value in row.items()}


def _zoned(rows: Sequence[dict[str, Any]], form: str) -> list[dict[str, Any]]:
    """Show instants in WIB; for people, who see no offset, the column says so."""
    local = map(_local, rows)
    return [{name.replace("_at", " (WIB)") if form == "table" else name: value for name, value in row.items()} for row in local]


def show_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which story."""
    parser.add_argument("story", metavar="URL|ID", help="an address, a story id, or outlet/id")
    parser.add_argument("--as-of", type=end, metavar="MOMENT", help="as it stood then: at the end of a day (WIB), or at an instant")
    _format(parser, "text")


def show_story(args: argparse.Namespace) -> int:
    """Show all that is known of a story."""
    with database() as connection:
        found = stories_named(connection, args.story)
    if args.as_of:
        return _as_it_stood(args, found)
    if args.format == "jsonl":
        jsonl(asdict(story) for story in found)
    else:
        print("\n\n".join(map(_story_text, found)))
    return Exit.DONE


def _as_it_stood(args: argparse.Namespace, found: Sequence[Story]) -> int:
    from pipelines.store.snapshot import as_it_stood

    with database() as connection:
        versions = [version for story in found if (version := as_it_stood(connection, story.outlet, story.story_id, args.as_of))]
    if not versions:
        raise Mistake(f"{args.story!r} was not yet held then; `kliping history` shows its versions")
    if args.format == "jsonl":
        jsonl(map(asdict, versions))
    else:
        print("\n\n".join(map(_version_text, versions)))
    return Exit.DONE


def _version_text(version: Clipping) -> str:
    told = _local(asdict(version))
    lines = [f"{version.id}  as seen {plainly(told['seen_at'])} WIB", version.url]
    lines += [f"{name}: {plainly(told[name])}" for name in FIELDS if told[name]]
    lines += ["", version.title, "", version.text, ""]
    return "\n".join([*lines, *(f"caption: {image['caption']}" for image in version.images if image["caption"])]).rstrip()


FIELDS = (
    "published_at", "modified_at", "section", "authors", "editors", "dateline", "source_credit", "tags", "language", "words",
    "partial",
)  # fmt: skip


def _story_text(story: Story) -> str:
    article, page = story.article, _local(story.page)
    lines = [f"{story.outlet}/{story.story_id}  {page['state']}", (article or page)["url"]]
    if story.reject:
        lines += [f"refused: {', '.join(story.reject['reasons'])}"]
    elif article is None:
        lines += [f"cause: {page['cause']}"] if page["cause"] else []
    if article:
        told = _local(article)
        lines += [f"{name}: {plainly(told[name])}" for name in FIELDS if told[name]]
        lines += ["", article["title"], "", article["text"]]
        lines += ["", *(f"caption: {image['caption']}" for image in article["images"] if image["caption"])]
    return "\n".join([*lines, "", *(f"cut by {cut['rule']}: {cut['text']}" for cut in story.cuts)]).rstrip()


def refusals(args: argparse.Namespace) -> int:
    """List refused pages, newest first."""
    from pipelines.store import ask

    with database() as connection:
        known(connection, args.outlet)
        show(_zoned([asdict(row) for row in ask.refusals(connection, args.outlet, args.limit)], args.format), args.format)
    return Exit.DONE


def states_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whose addresses."""
    parser.add_argument("--outlet", help="only this outlet's")
    _format(parser)


def states(args: argparse.Namespace) -> int:
    """Count addresses by outlet and state."""
    from pipelines.store import ask

    with database() as connection:
        known(connection, args.outlet)
        counts = ask.states(connection, args.outlet)
    rows = [{"outlet": name, "state": state, "addresses": n} for name, had in counts.items() for state, n in had.items()]
    show(rows, args.format)
    return Exit.DONE


def runs(args: argparse.Namespace) -> int:
    """List the latest runs."""
    from pipelines.store import ask

    with database() as connection:
        known(connection, args.outlet)
        found = _zoned([asdict(run) for run in ask.runs(connection, args.outlet, args.limit)], args.format)
    if args.format == "table":
        found = [row | {"counts": ", ".join(f"{n} {what}" for what, n in row["counts"].items() if n)} for row in found]
    show(found, args.format)
    return Exit.DONE


VERBS = {
    "list": (list_arguments, list_stories),
    "show": (show_arguments, show_story),
    "refusals": (_rows_arguments, refusals),
    "states": (states_arguments, states),
    "runs": (_rows_arguments, runs),
}
