"""What a run's counts mean: the exit code that tells cron so, and its one line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawler.walk import DEAD
from pipelines.nouns import Exit

if TYPE_CHECKING:
    from crawler.tally import Tally

UNNOTED = "requests could not be written down: see the log; KLIPING_DATA needs requests/ and turns/ that we may write"
SEVERAL = 5  # stories that are all gone: one or two were taken down, five are an address that changed


def verdict(tally: Tally, reason: str | None) -> tuple[Exit, str]:
    """Give the exit code and its one line. ``reason`` is Scrapy's finish reason; None where the run never finished."""
    if reason != "finished":
        return _cut_short(tally, reason)
    heard = tally.doors_answered - tally.doors_naming
    if tally.doors > tally.doors_answered and not heard:
        return _shut(tally)
    if _is_mute(tally):
        return Exit.NO_STORIES, _silent(tally) or "its doors announced no story at all: has their layout changed?"
    code, line = _stories(tally)
    return (Exit.UNREACHABLE, _silent(tally)) if tally.doors_dead and code == Exit.DONE else (code, line)


def _shut(tally: Tally) -> tuple[Exit, str]:
    """No door told anything. Where one of them failed it may open again, whatever forbids us the others."""
    shut = tally.doors - tally.doors_answered
    if tally.doors_forbidden == shut:
        return Exit.NOT_PERMITTED, "its robots.txt or server forbids us every door"
    if tally.doors_resting == shut:
        return Exit.UNREACHABLE, f"{tally.resting}: none of its doors was asked"
    barred = f": it forbids us {tally.doors_forbidden} of {shut}, others failed" if tally.doors_forbidden else ""
    return Exit.UNREACHABLE, f"none of its doors could be reached{barred} ({tally.trouble})"


def _is_mute(tally: Tally) -> bool:
    """Nothing was announced. On a walk back in time a day without a story is one: today at its dawn, a holiday of the desk."""
    if not tally.doors or tally.announced or tally.doors_unchanged or tally.broken:
        return False
    return bool(tally.doors_dead) or not 0 < tally.days_empty < DEAD


def _silent(tally: Tally) -> str:
    which = f"{tally.doors_dead} of its dated doors given up, after days in a row without an answer"
    return f"{which}: what is left of the walk stays unread" if tally.doors_dead else ""


def _cut_short(tally: Tally, reason: str | None) -> tuple[Exit, str]:
    if reason == "database":
        return Exit.DATABASE, f"{tally.trouble}; what was leased is due again in the next run"
    if reason == "locked":
        return Exit.LOCKED, f"lost its lock: {tally.trouble}"
    if reason == "start_error":
        return Exit.ALARM, "our crawler broke: see the log"
    return Exit.INTERRUPTED, f"interrupted ({reason or 'killed'}); the next run goes on from here"


def _stories(tally: Tally) -> tuple[Exit, str]:
    if tally.broken:
        return Exit.ALARM, f"the reader broke on {tally.broken} pages or doors: see `kliping refusals` and the log"
    if found := _unreached(tally) or _mostly_unreached(tally):
        return found
    unread = _unread(tally)
    if unread:
        return Exit.ALARM, f"{unread}{_besides(tally)}"
    return (Exit.ALARM, UNNOTED) if tally.unnoted else (Exit.DONE, tally.resting)


def _unreached(tally: Tally) -> tuple[Exit, str] | None:
    few = _few(tally)
    if tally.read or tally.refused:
        return None
    if tally.failed or tally.forbidden > few or tally.gone >= (SEVERAL if tally.doors else 1):
        if tally.forbidden > tally.failed + tally.gone:
            return Exit.NOT_PERMITTED, f"its robots.txt or server forbids us {tally.forbidden} of {tally.asked} stories"
        return Exit.UNREACHABLE, f"none of {tally.asked} stories could be reached ({tally.trouble})"
    return None


def _few(tally: Tally) -> int:
    """Of many announced, the one or two that robots.txt bars are a section it bars; who listed them is told."""
    return tally.barred if tally.barred < min(SEVERAL, tally.announced) and tally.doors else 0


def _mostly_unreached(tally: Tally) -> tuple[Exit, str] | None:
    """One story that came is no proof that a wall is down. Those gone are for the outlet's history to judge."""
    states = Counter(tally.away.values())
    out = states["forbidden"] - _few(tally) + states["failed"]
    if not tally.doors or out < SEVERAL or out <= tally.came:
        return None
    line = f"{out} of {tally.came + len(tally.away)} stories could not be reached ({tally.trouble})"
    return (Exit.NOT_PERMITTED if states["forbidden"] > states["failed"] else Exit.UNREACHABLE), line


def _unread(tally: Tally) -> str:
    if not tally.read and tally.astray >= SEVERAL:
        return f"all {tally.astray} pages are another's or of a day to come: a login page, our clock? see `kliping refusals`"
    strange, known = tally.unread + tally.strays, tally.read - tally.strays
    if strange and (not known or (strange > known and strange > 2)):  # noqa: PLR2004 (a majority of three)
        return _strange(tally)
    return ""


def _strange(tally: Tally) -> str:
    if not tally.strays:
        return f"{tally.unread} of {tally.fetched} pages could not be read: has the layout changed? see `kliping refusals`"
    line = f"{tally.strays} of {tally.fetched} stories fit no layout of the seed and were read without: has the layout changed?"
    return f"{line} {tally.unread} more could not be read: see `kliping refusals`" if tally.unread else line


def _besides(tally: Tally) -> str:
    """Count the new stories that did not come either: a changed layout is then not all that is wrong."""
    told = ", ".join(f"{count} {state}" for state, count in Counter(tally.away.values()).most_common())
    return f"; {len(tally.away)} more did not come ({told}): see `kliping missing`" if told else ""
