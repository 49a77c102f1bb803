"""A site's own name at the head of its stories, where no seed says how it writes itself: told by its host and by its pages."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.gazetteer import PLACES
from pipelines.rules import Rule, Verb

LETTERS = range(3, 6)
WORDS, FEWEST = 4, 3  # of a name, at most; letters, at least, of a word of it that may stand for it: "Victory" for Victory News
_LINE = "Harga cabai di Pasar Minggu naik dua kali lipat sejak hari itu."
_WORD = re.compile(r"[A-Za-z0-9&]+")
_PARTED = re.compile(r"\s*[|:»·•]\s*|\s+[-–—]\s+")  # a name and a slogan: "Kabar Padi - Berita Hari Ini"
_SUFFIX = re.compile(r"(?i)(?:\.(?:com|co|id|net|news|tv|info|asia|org))+$")
# in English the place stays, as agencies print it
_INDONESIAN = (
    r"(?=.*\b(?:yang|untuk|dari|dengan|pada|akan|telah|karena|dalam|oleh|itu|ini|sejak|tidak|di|ke|dan|hingga|saat"
    r"|tanpa|agar|sudah|bisa|sebagai|bahwa|secara|setelah|sebelum|tersebut|juga|dapat|harus)\b)"
)
_DAY = r"(?i:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu)"
_MONTH = r"(?i:jan|feb|mar|apr|mei|jun|jul|agu|agt|sep|okt|nov|des)[a-z]{0,6}\.?"
_ENDING = r"(?:[ .-]?(?i:com|co|id|net|news|online|tv)\b){0,2}"
_REGION = r"(?: [A-Z][A-Za-z]{2,14}){0,2}"  # "NU Online Jateng"
_NO_PLACE = r"(?!(?i:oleh|penulis|editor|reporter|laporan|liputan|foto|sumber|redaksi|kontributor|pewarta|wartawan|jurnalis)\b)"
_PLACE = rf"{_NO_PLACE}(?:(?i:kab|kota|kabupaten)\.? )?[A-Z][A-Za-z.’'-]{{1,20}}(?:[ /][A-Z][A-Za-z’'-]{{1,20}}){{0,2}}"
# alone on a line, two words may be a person's name, who stands there with his newsroom
_SIDE = r"(?i:barat|timur|utara|selatan|tengah|pusat|tenggara|daya|raya|besar|baru|laut|hulu|hilir|kota)"
_HEAD = r"(?i:kota|kab\.?|kabupaten|bandar|banda|tanjung|pangkal|tanah|nusa|muara|lubuk|kuala|pematang|tebing|bukit|teluk|pulau)"
_ALONE = rf"{_NO_PLACE}(?:{_HEAD} [A-Z][A-Za-z]{{2,20}}|[A-Z][A-Za-z’'-]{{2,20}}(?: {_SIDE})?)"
_STORY = r" ?¦?(?=[A-Z\"“‘0-9])"
_DASH = rf"(?:¦? ?(?:[-–—]{{1,2}}|\|{{1,2}}){_STORY}|¦{_STORY})"


def places() -> tuple[Rule, ...]:
    """Give the rules for a place by its name: "SENTANI, Jubi - ", "JAKARTA. ", "BLORA" on a line of its own, and with the day.

    They cut where no other line of the story opens so: several are headings, or a list.
    """
    capitals, known = f"(?P<dateline>{PLACES.upper()})", rf"(?P<dateline>(?i:(?:(?:kota|kabupaten|kab\.) )?(?:{PLACES})))"
    parted = rf"(?:\.¦? |¦\. |¦?: ?¦?|¦? ?[-–—]{{1,2}}(?! ?¦?[A-Z]{{4}})){_STORY}"
    ways = {
        "known place and newsroom": (
            rf"{_INDONESIAN}{known}, ¦?(?!{_DAY}\b)[A-Z]\w*(?: [A-Z]\w*){{0,2}}¦? ?[-–—]{{1,2}}(?! ?¦?[A-Z]{{4}}){_STORY}",
            f"SENTANI, Swara - {_LINE}", f"Sentani, kata dia - {_LINE}", "SENTANI",
        ),
        "place alone": (rf"{capitals}(?:¦?\.?¦?$|{_INDONESIAN}{parted})", f"BLORA. {_LINE}", f"BLORA baru. {_LINE}", "BLORA"),
        "place and day": (
            rf"{known},? ¦?(?:{_DAY},? )?\(?\d{{1,2}} {_MONTH} 20\d\d\)?[¦ .:–—-]{{0,3}}$",
            "Blora, 7 September 2026", "Blora, 7 September 2026, ramai.", "Blora",
        ),
    }  # fmt: skip
    return tuple(
        Rule(
            f"generic/{why}", Verb.LEAD, why, given, _LINE * (_LINE in given), spare,
            pattern=re.compile(f"^{pattern}"), keeps={"dateline": place}, once=True,
        )
        for why, (pattern, given, spare, place) in ways.items()
    )  # fmt: skip


def masthead(host: str, said: tuple[str, ...] = ()) -> Rule:
    """Give the rule that cuts the site's own name off a first paragraph: "RMOL. ", "RMOLJabar. ", "Bisnis, JAKARTA — ".

    A page's word for it, if it is no place's: two words, or letters like RMOL.
    """
    labels = _labels(host)
    first = [_WORD.findall(_SUFFIX.sub("", _PARTED.split(name)[0])) for name in said]
    letters = [words[0] for words in first if len(words) == 1 and words[0].isupper() and len(words[0]) in LETTERS]
    named = ["[ .-]?".join(map(re.escape, words)) for words in first if len(words) in range(2, WORDS + 1)]
    name = "|".join([*("[ -]?".join(map(re.escape, label)) for label in labels), *named, *letters])
    capitals = "|".join(re.escape(label.upper()) for label in (*labels, *letters))
    pattern = re.compile(
        rf"^{_INDONESIAN}"
        rf"(?:(?i:(?:{name})(?:[ .-]?(?:com|co|id|net|news|online|tv)){{0,2}})"
        rf"|(?:{capitals})(?:[A-Z]{{1,12}}|[A-Z][a-z]{{2,12}}(?=\.¦)))"
        r"(?:¦?, ?¦?(?P<dateline>[A-Z]{3,}(?: [A-Z]{2,}){0,2})¦? ?[-–—]{1,2}"
        r"|¦? ?[-–—]{1,2}|¦? ?\||¦?: |(?<=[A-Z])[.,](?=[ ¦])|¦[.,]?|[.,]¦) ?¦?(?=[A-Z\"“‘0-9¦])"
        r"(?!¦?[A-Z][A-Za-z]+(?:[ ,]+[A-Z][A-Za-z]+){0,2}(?:¦ ?| ?¦|: | ?[-–—]))"
        r"(?!¦?[A-Z]{3,}(?: [A-Z]{2,}){0,2}\.)"
    )
    spare = f"{labels[-1].capitalize()}-nya harga cabai membuat warga resah sejak hari itu."
    given = f"{labels[-1].upper()} - {_LINE}"
    return Rule("generic/site's own name", Verb.LEAD, "site's own name", given, _LINE, spare, pattern=pattern)


@lru_cache(maxsize=256)
def mastheads(host: str, said: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """Give the rules for a site of that host, and called as its pages said: what stands beside its name is the place.

    "Sentani, Jubi - ", "Swara Bahari, Saumlaki ", "Jakarta, NU Online" on a line of its own, "Papua No. 1 News Portal | Jubi".
    """
    parts = [_WORD.findall(_SUFFIX.sub("", part)) for name in said for part in _PARTED.split(name)]
    named = [words for words in parts if 0 < len(words) <= WORDS and len("".join(words)) >= FEWEST]
    whole = [*(" ?".join(map(re.escape, label)) for label in _labels(host)), *("[ .-]?".join(map(re.escape, one)) for one in named)]
    short = [re.escape(word) for words in named for word in words if len(word) >= FEWEST]
    full, word = (rf"(?=[A-Z0-9])(?i:{'|'.join(dict.fromkeys(ways))})\b" for ways in (whole, whole + short))
    full = f"{full}{_ENDING}"
    either = rf"(?:{full}{_REGION}|{word})"
    beside = rf"(?:(?:,| ?\|) ?¦?{either}|,? ?¦? \({word}\)| ?[-–—] ?{full})"
    name = (named or [_labels(host)[-1:]])[-1]
    called = " ".join(name)
    ways = {
        "site's own name and the place": (
            rf"{_INDONESIAN}{full}{_REGION}(?:,| ?\|| ?[-–—]) ?¦?(?!{full})(?P<dateline>{_PLACE}){_DASH}",
            f"{called.title()}, Blora - {_LINE}", _LINE, f"{called.title()}, yang terbit di Blora - {_LINE}",
        ),
        "place and the site's own name": (
            rf"{_INDONESIAN}(?P<dateline>{_PLACE}){beside}(?:{_DASH}|¦? ?:{_STORY})",
            f"BLORA, {called} - {_LINE}", _LINE, f"BLORA, kata {called} - {_LINE}",
        ),
        "dateline on a line of its own": (
            rf"(?P<dateline>{_ALONE})(?:,| ?\|) ?¦?{either}[¦ .:|–—-]{{0,4}}$",
            f"Blora, {called.title()}", "", f"Sari Puspita, {called.title()}",
        ),
        "site's slogan": (
            rf"(?:[^ |!?]+ ){{3,9}}\| ?{either}¦?$",
            f"Kabar Pertama dari Desa | {called.title()}", "", f"Sari Puspita | {called.title()}",
        ),
    }  # fmt: skip
    rules = (
        Rule(f"masthead/{why}", Verb.LEAD, why, given, gives, spare, pattern=re.compile(f"^{pattern}"))
        for why, (pattern, given, gives, spare) in ways.items()
    )
    return (*rules, masthead(host, said))


def _labels(host: str) -> list[str]:
    """What a host calls its site: "kabar" and "padi-news" for kabar.padi-news.co.id."""
    parts = host.lower().removeprefix("www.").split(".")[:-1]
    return [part.replace("-", "") for part in parts if part not in ("co", "or", "go")] or parts or [host]
