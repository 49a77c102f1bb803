"""Numbers as pictures of a terminal: a line of columns, a bar. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = "▁▂▃▄▅▆▇█"
EIGHTHS = " ▏▎▍▌▋▊▉"
PLAIN = str.maketrans(f"{COLUMNS}·{EIGHTHS.strip()}", "1234567#.-------")


def printable(drawn: str, encoding: str | None) -> str:
    """Draw with letters and figures where the encoding has no blocks."""
    try:
        drawn.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return drawn.translate(PLAIN)
    return drawn


def spark(numbers: Sequence[int], most: int | None = None, width: int = 60) -> str:
    """Draw one column a number, a dot for none; of more than ``width`` numbers neighbours are added up."""
    step = -(-len(numbers) // width) or 1
    sums = [sum(numbers[place : place + step]) for place in range(0, len(numbers), step)]
    top = max(most or 0, *sums, 1) if sums else 1
    return "".join(COLUMNS[min(7, 8 * number // top)] if number else "·" for number in sums)


def bar(number: int, most: int, width: int = 40) -> str:
    """Draw a bar, ``most`` being ``width`` cells long; never empty for what is not nothing."""
    eighths = max(round(8 * width * number / most), 1) if number and most else 0
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
