"""DOOR: ``kliping VERB …``: finds the verb, runs it, turns every user's mistake into one line and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from pipelines import voice
from pipelines.cli.mistake import FULL, Mistake
from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

# verb → (module, what it does); a module is imported when its verb is called
VERBS = {
    "crawl": ("crawl", "crawl an outlet into the database (scrapy crawl, with its exit codes)"),
    "run": ("run", "crawl every outlet that is due, several at a time, and follow up (the line for cron)"),
    "worker": ("worker", "share the due outlets with other workers, on this machine and others (kliping[worker])"),
    "outlets": ("crawl", "list the outlets that have a seed"),
    "search": ("search", "find stories by their words, in any form: 'putin biden', '\"harga cabai\" -bawang author:sri'"),
    "index": ("search", "make what the crawls have brought findable; run it after them"),
    "list": ("ask", "list the newest stories stored"),
    "show": ("ask", "show one story, by address or id, with what was cut"),
    "export": ("export", "write the corpus, as it stood at a moment, as JSON lines, CSV, Parquet, text or Markdown"),
    "history": ("history", "show how a story was corrected: each version and its changes, word by word"),
    "kin": ("kin", "find near-copies among what is new and link them as families; run it after a crawl"),
    "family": ("kin", "show the near-copies of a story, first publisher first"),
    "stats": ("stats", "count stories by day, section and length, and cuts by rule; draw them in the terminal or as PNG, SVG"),
    "watch": ("watch", "tell of new stories that answer a query, once each: add, list, remove, deliver"),
    "forget": ("history", "erase one story for good; its address is never asked again"),
    "refusals": ("ask", "list the pages that were refused, and why"),
    "missing": ("ledger", "list the stories that were announced and are not held, and why"),
    "coverage": ("ledger", "count stories announced, held, refused and missing by day"),
    "doors": ("ledger", "count what each door announced, and what it alone knew"),
    "manners": ("manners", "show the gaps between our requests, host by host, against what was allowed"),
    "states": ("ask", "count every address ever discovered by its state"),
    "health": ("health", "show each outlet red or green, with the reason"),
    "runs": ("ask", "list the latest runs with their exit codes"),
    "read": ("read", "read pages from files, an address or a recording, as JSON lines"),
    "explain": ("explain", "show what of a page was kept, what was cut and by which rule, and where each field came from"),
    "clean": ("clean", "clean a plain-text story, or JSON lines of them, by the outlets' rules"),
    "reclean": ("reclean", "read archived pages with today's rules: say what would change (--diff) or keep it (--apply)"),
    "archive": ("archive", "the archive: verify (and mend), stats, prune"),
    "import": ("archive", "take the stories of known outlets from any crawler's WARC files (CC-NEWS, wget)"),
    "rebuild": ("rebuild", "fill an empty database from the archive: the same articles, cuts, versions and refusals"),
    "outlet": ("outlet", "draft a seed (new), or run its proofs and see what it misses (check)"),
    "db": ("db", "the database: url, status, start, stop, upgrade, downgrade, check, backup, restore, grant-reader, prune"),
    "sql": ("db", "ask the database in SQL (psql)"),
}
EPILOG = """exit codes: 0 done · 2 arguments or seed · 3 outlet unreachable · 4 no story announced · 5 alarms · 6 database
            7 schema · 8 locked · 9 interrupted · 10 not permitted

environment: DATABASE_URL (a server of your own; else an embedded one) · KLIPING_DATA (its data and the archive)
             KLIPING_CONTACT (who to write to, sent with every request) · KLIPING_PERMIT (outlets you may crawl though
             their seed says ask) · KLIPING_SEEDS (a folder of your own seeds, laid over ours) · KLIPING_DB_WAIT (seconds, 120)
             KLIPING_LOG (a file for JSON lines) · KLIPING_LOG_SIZE (MB, 10) · KLIPING_LOG_KEEP (files, 5)
             KLIPING_DISK_FLOOR (MB that must be free for a crawl to begin, 1000) · KLIPING_KEEP_RUNS, KLIPING_KEEP_REJECTS
             (what kliping db prune deletes, as 365d; unset: nothing) · DATABASE_URL_FILE (a file that holds DATABASE_URL)
             KLIPING_ALARM_EMAIL, KLIPING_ALARM_SLACK, KLIPING_ALARM_TELEGRAM, KLIPING_ALARM_WEBHOOK (who is told of alarms)
             KLIPING_ALARM_SMTP, KLIPING_ALARM_FROM, KLIPING_ALARM_TELEGRAM_CHAT (how; docs/on-call.md) · KLIPING_SMTP,
             KLIPING_MAIL_FROM (how a watch mails) · KLIPING_READER_PASSWORD (for kliping db grant-reader)
             KLIPING_PING_URL (a dead man's switch) · http_proxy, https_proxy, no_proxy, SSL_CERT_FILE"""


def usage() -> argparse.ArgumentParser:
    """Make the parser that knows the verbs' names and nothing more, so that --help is instant."""
    width = max(map(len, VERBS))
    verbs = "\n".join(f"  {verb:{width}}  {what}" for verb, (_, what) in VERBS.items())
    parser = argparse.ArgumentParser(
        prog="kliping",
        description=f"Keep a corpus of Indonesian news.\n\nverbs (kliping VERB --help says more):\n{verbs}",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    parser.add_argument("verb", metavar="VERB", choices=VERBS, nargs="?", help="one of the above")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; give the process's exit code."""
    voice.ready()
    try:
        return _main(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:  # amid the imports too
        return Exit.INTERRUPTED


def _main(given: list[str]) -> int:
    parser = usage()
    args, rest = parser.parse_args(given[:1]), given[1:]  # what follows is the verb's own, a -- too
    if args.version:
        return _run(lambda _: _version(), args, "--version")
    if args.verb is None:
        parser.print_help()
        return Exit.USAGE
    module, what = VERBS[args.verb]
    arguments, run = import_module(f"pipelines.cli.{module}").VERBS[args.verb]
    verb = argparse.ArgumentParser(prog=f"kliping {args.verb}", description=what[0].upper() + what[1:] + ".")
    arguments(verb)
    return _run(run, _parsed(verb, rest), args.verb)


def _parsed(verb: argparse.ArgumentParser, rest: list[str]) -> argparse.Namespace:
    """Options may stand between a verb's words; argparse knows no such thing of a verb that has verbs of its own, and of --."""
    with suppress(TypeError):
        if "--" not in rest:
            return verb.parse_intermixed_args(rest)
    return verb.parse_args(rest)


def _run(run: object, args: argparse.Namespace, verb: str) -> int:
    code: int = Exit.DONE
    try:
        os.environ.get("KLIPING_DATA", "").encode()  # the paths below it are texts to PostgreSQL too
        code = int(run(args))  # type: ignore[operator]
        sys.stdout.flush()
    except Mistake as mistake:
        print(f"kliping {verb}: {mistake}", file=sys.stderr)
        return mistake.code
    except BrokenPipeError:  # the reader of our output had enough (`| head`)
        _to_nowhere()
        return code
    except UnicodeEncodeError as error:
        if not _is_bytes(error.object):
            raise
        print(f"kliping {verb}: {error.object}: is no UTF-8 text", file=sys.stderr)
        return Exit.USAGE
    except OSError as error:
        return _of_the_system(error, verb)
    else:
        return code


def _of_the_system(error: OSError, verb: str) -> int:
    """Tell of a place that we may not enter, of an output and a disk that take nothing; else a verb tells itself what it reads."""
    if isinstance(error, (PermissionError, NotADirectoryError, IsADirectoryError)) and error.filename is not None:
        print(f"kliping {verb}: {error.filename}: {error.strerror}", file=sys.stderr)
        return Exit.USAGE
    if error.filename is not None or _is_heard():
        if error.errno not in FULL:
            raise error
        print(f"kliping {verb}: {error.filename or 'the disk'}: {error.strerror}", file=sys.stderr)
        return Exit.DATABASE
    _to_nowhere()
    print(f"kliping {verb}: standard output: {error.strerror or error}", file=sys.stderr)
    return Exit.USAGE


def _is_bytes(text: str) -> bool:
    """Whether an argument came as bytes that are no text, which Python keeps as surrogates (PEP 383)."""
    return any("\udc80" <= letter <= "\udcff" for letter in text)


def _is_heard() -> bool:
    """Whether standard output takes a line: then the trouble is another's."""
    try:
        print(flush=True)
    except OSError:
        return False
    return True


def _to_nowhere() -> None:
    """What is still to be written at our end would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version() -> int:
    from importlib.metadata import version

    print(f"kliping {version('kliping')}")
    return Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
