"""``kliping history`` and ``kliping forget``: how a story was corrected, and the end of one that must go."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipelines.cli.mistake import Mistake, database, is_asked, one_story, outlet_named, stories_named
from pipelines.indonesian.dates import ZONES
from pipelines.nouns import Exit
from pipelines.show.table import jsonl, plainly
from pipelines.show.words import word_diff

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from pipelines.store.ask import Story, Version


def _which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("story", metavar="URL|ID", help="an address, a story id, or outlet/id")


def history_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which story."""
    _which(parser)
    parser.add_argument("--format", choices=("text", "jsonl"), default="text", help="for people or for programs (default: text)")


def history(args: argparse.Namespace) -> int:
    """Print each version with what changed against the one before."""
    from pipelines.store import ask

    with database() as connection:
        found = stories_named(connection, args.story)
        told = [(story, ask.history(connection, story.outlet, story.story_id)) for story in found]
    if args.format == "jsonl":
        jsonl(row for _, versions in told for row in _rows(versions))
    else:
        print("\n\n".join(_text(story, versions) for story, versions in told))
    return Exit.DONE


def _rows(versions: Sequence[Version]) -> Iterator[dict[str, Any]]:
    for before, version in _with_the_one_before(versions):
        diffs = {name: word_diff(getattr(before, name), getattr(version, name)) if before else None for name in ("title", "text")}
        yield asdict(version) | {f"{name}_diff": diff for name, diff in diffs.items()}


def _text(story: Story, versions: Sequence[Version]) -> str:
    head = f"{story.outlet}/{story.story_id}  {story.page['state']}\n{(story.article or story.page)['url']}"
    told = [_version(before, version) for before, version in _with_the_one_before(versions)]
    return "\n\n".join([head, *(told or ["no version is held"])])


def _version(before: Version | None, version: Version) -> str:
    seen = f"{version.seen_at.astimezone(ZONES['WIB']):%Y-%m-%d %H:%M} WIB"
    if before is None:
        return f"{seen}  first seen: {version.title}"
    lines = [f"{seen}  changed: {', '.join(version.changed)}"]
    facts = [name for name in version.changed if name not in ("title", "body")]
    lines += [f"{name}: {_fact(before, name)} → {_fact(version, name)}" for name in facts]
    colour = sys.stdout.isatty()
    diffs = (word_diff(getattr(before, name), getattr(version, name), colour=colour) for name in ("title", "text"))
    return "\n\n".join(["\n".join(lines), *filter(None, diffs)])


def _fact(version: Version, name: str) -> str:
    value = getattr(version, name)
    return plainly(value.astimezone(ZONES["WIB"]) if hasattr(value, "astimezone") else value) or "none"


def _with_the_one_before(versions: Sequence[Version]) -> Iterator[tuple[Version | None, Version]]:
    return zip((None, *versions), versions, strict=False)


def forget_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which story, and whether to ask."""
    _which(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def forget(args: argparse.Namespace) -> int:
    """Erase one story; its address stays, so that it is never crawled again.

    The journal first: what a crash then leaves undone, `archive verify --mend` does from there.
    """
    from pipelines.archive.forgetting import erase, erase_late, places_of, recall
    from pipelines.store import versions
    from pipelines.store.engine import data_dir
    from pipelines.store.errors import ONLY_READS
    from pipelines.store.tables import FORGOTTEN

    folder = data_dir() / "archive"
    with database() as connection:
        story = one_story(connection, args.story)
        if story.page["state"] == FORGOTTEN and not places_of(folder, outlet_named(story.outlet), story.story_id):
            print(f"{story.outlet}/{story.story_id} was forgotten already")
            return Exit.DONE
        if not versions.may_write(connection):
            raise Mistake(ONLY_READS)
        if not args.yes and not _agreed(story):
            print("kept")
            return Exit.DONE
        named = outlet_named(story.outlet), story.story_id, story.page["url"]
        places = recall(folder, *named)
        versions.forget(connection, story.outlet, story.story_id)
        connection.commit()
    erase(folder, places)
    erase_late(folder, *named)
    print(f"{story.outlet}/{story.story_id} is forgotten; its address is never asked again")
    file = story.page["archive_file"]
    if file and not (folder / file).exists():  # lost, or in another machine's archive
        print(f"its page lies in {file}, not in {folder}: where that file is, run kliping archive verify --mend", file=sys.stderr)
        return Exit.ALARM
    return Exit.DONE


def _agreed(story: Story) -> bool:
    if not is_asked():
        raise Mistake("nobody is here to be asked: say --yes")
    title = story.article["title"] if story.article else story.page["url"]
    said = input(f"erase {story.outlet}/{story.story_id} “{title}” and all its versions? [y/N] ")
    return said.strip().lower() in ("y", "yes", "ya")


VERBS = {"history": (history_arguments, history), "forget": (forget_arguments, forget)}
