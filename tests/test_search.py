"""Promises of search, on a real PostgreSQL: what is found and what is not, how it is ranked, what is forgotten."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from conftest import TEMPLATE, _fresh, _open
from invented import NOON, OUTLET, a_run, article, asked, stored
from pyarrow import parquet
from sqlalchemy import create_engine, text

from pipelines.cli.main import main
from pipelines.nouns import Block, Image, Reading
from pipelines.show.snippet import MARKDOWN, marked, snippet
from pipelines.store import search_index, spelling
from pipelines.store.keep import write
from pipelines.store.search import Answer, Question, search
from pipelines.store.search_query import QueryError, parse
from pipelines.store.versions import forget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from pipelines.store.keep import Kept

STORIES: dict[str, dict[str, Any]] = {
    "cabai": {"title": "Harga Cabai Naik di Pasar Induk", "body": "Pedagang menuliskan harga baru. Hujan membuat panen gagal."},
    "bawang": {"title": "Bawang Murah", "body": "Harga bawang turun. Petani menulis surat kepada bupati.", "section": "Ekonomi"},
    "megawati": {"title": "Megawati Menari di Blitar", "body": "Ratusan orang menonton Megawati Sukarnoputri."},
    "gawat": {"title": "Unit Gawat Darurat Penuh", "body": "Pasien menunggu di lorong."},
    "terawan": {"title": "Rapat di Istana", "body": "Hadir pula dokter Terawan dan tamu lain."},
    "kopi": {"title": "Gerai Baru", "body": "Pembeli antre di Kopi Kenangan sejak subuh."},
    "ingat": {"title": "Reuni", "body": "Alumni mengenang guru mereka."},
    "awan": {"title": "Cuaca", "body": "Awan gelap menutup gunung, kata warga. Warga melihat awan itu."},
    "kpk": {"title": "KPK Panggil Saksi", "body": "Saksi datang pagi hari."},
    "korupsi": {"title": "Penyidik Bekerja", "body": "Komisi Pemberantasan Korupsi menyita berkas."},
    "uu": {"title": "Rapat Komisi", "body": "Rancangan undang-undang itu dibahas. Tamu diundang."},
    "undangan": {"title": "Pesta", "body": "Ia mengundang tetangga ke pesta."},
    "quran": {"title": "Lomba Baca Al-Qur’an", "body": "Peserta datang sesudah salat Jum'at.", "authors": ("Ni Luh Ayu",)},
    "foto": {"title": "Foto Sungai", "body": "Air pasang.", "images": (Image("Perahu di Kapuas.", None),), "tags": ("sungai",)},
}  # fmt: skip


def story(name: str, **told: Any) -> Kept:
    facts = {"section": "News", "tags": (), "images": (), "authors": ("Sri Wahyuni",)} | STORIES.get(name, {}) | told
    made = article(name, **facts | {"body": tuple(Block("p", part) for part in facts["body"].split("\n\n"))})
    return replace(stored(name), reading=Reading(made.url, OUTLET, name, made, ()))


def keep(database: Engine, *stories: Kept) -> None:
    write(database, a_run(database), list(stories))


def indexed(database: Engine, **how: Any) -> int:
    return max(search_index.index(database, **how), default=0)


def fill(database: Engine) -> Engine:
    spelling.ready(database)
    keep(database, *(story(name) for name in STORIES))
    assert indexed(database) == len(STORIES)
    return database


@pytest.fixture
def filled(database: Engine) -> Engine:
    """For tests that write."""
    return fill(database)


@pytest.fixture(scope="module")
def held(server: str) -> Iterator[Engine]:
    """For tests that only ask."""
    with _fresh(server, TEMPLATE) as made, _open(made) as opened:
        yield fill(opened)


def answer(database: Engine, query: str, **bounds: Any) -> Answer:
    with database.connect() as connection:
        return search(connection, Question(query, **bounds))


def found(database: Engine, query: str, **bounds: Any) -> set[str]:
    return {hit.story_id for hit in answer(database, query, **bounds).hits}


@pytest.mark.parametrize(
    ("query", "stories"),
    [
        ("tulisan", {"cabai", "bawang"}),
        ('"menulis surat"', {"bawang"}),
        ('"tulis surat"', set()),
        ('"harga naik"', set()),
        ("harga -bawang", {"cabai"}),
        ("harga -(bawang OR cabai)", set()),
        ("cabai OR bawang", {"cabai", "bawang"}),
        ("(cabai OR bawang) petani", {"bawang"}),
        ("harga cabai OR megawati", {"cabai", "megawati"}),
        ("title:harga", {"cabai"}),
        ('title:"harga cabai"', {"cabai"}),
        ("author:luh", {"quran"}),
        ('author:"Ni Luh Ayu" pasar', set()),
        ("tag:sungai", {"foto"}),
        ("section:ekonomi harga", {"bawang"}),
        ("outlet:kabar gawat", {"gawat"}),
        ("outlet:tempo gawat", set()),
        ("megawati", {"megawati"}),
        ("gawat", {"gawat"}),
        ("terawan", {"terawan"}),
        ("awan", {"awan"}),
        ("kenangan", {"kopi"}),  # no gazetteer knows it: the corpus prints it as a name
        ("mengenang", {"ingat"}),
        ("kpk", {"kpk", "korupsi"}),
        ("komisi pemberantasan korupsi", {"kpk", "korupsi"}),
        ("saksi KPK", {"kpk"}),
        ("undang-undang", {"uu"}),
        ("UU", {"uu"}),
        ("mengundang", {"uu", "undangan"}),
        ("quran", {"quran"}),
        ("Qur'an", {"quran"}),
        ("al-qur’an", {"quran"}),
        ("salat jumat", {"quran"}),
        ("perahu kapuas", {"foto"}),
        ("di dan yang", set()),
        ("harga yang naik", {"cabai"}),
        ("12:30", set()),
        ("'; DROP TABLE articles; --", set()),
        ("a\\'b & | ! <-> :*", set()),
    ],
)
def test_what_is_found(held: Engine, query: str, stories: set[str]) -> None:
    assert found(held, query) == stories


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('harga "cabai naik', 'a quotation mark is not closed: "cabai naik'),
        ("penulis:sri", "no field is called 'penulis'; there are title, author, tag, section, outlet"),
        ("-cabai", "it only says what not to find: add a word to look for"),
        ("cabai OR -bawang", "each side of OR needs a word to look for"),
        ("cabai OR", "OR needs a word on both sides"),
        ("OR cabai", "OR needs a word on both sides"),
        ("(cabai", "a ( is not closed"),
        ("cabai)", "a ) has no ("),
        ("", "it names no word to look for"),
        ('"" !?', "it names no word to look for"),
        ("()", "it names no word to look for"),
        ("cabai section:%", "section: names no word to look for"),
        ("(" * 2000 + "cabai" + ")" * 2000, "more than 50 parentheses stand in each other"),
    ],
)
def test_what_cannot_be_read(query: str, said: str) -> None:
    with pytest.raises(QueryError) as told:
        parse(query)
    assert str(told.value) == said


def test_a_lenient_answer_goes_on_with_stories_that_lack_a_word(held: Engine) -> None:
    told = answer(held, "harga bawang petani tomat -cabai", lenient=True)
    assert told.hits == []
    assert [hit.story_id for hit in told.near] == ["bawang"]
    assert answer(held, "harga bawang petani tomat").near == []
    assert answer(held, '"harga bawang" tomat', lenient=True).near == []  # what stands in signs must stand
    both = answer(held, "harga pasar pedagang", lenient=True)
    assert [hit.story_id for hit in both.hits] == ["cabai"]
    assert "cabai" not in {hit.story_id for hit in both.near}
    assert answer(held, "harga bawang petani tomat", lenient=True, limit=1).found == 0
    bounded = answer(held, "harga bawang petani tomat", lenient=True, section="ekonomi")
    assert [hit.story_id for hit in bounded.near] == ["bawang"]
    assert answer(held, "harga bawang petani tomat", lenient=True, section="news").near == []


@pytest.mark.parametrize(
    ("query", "hits", "near"),
    [
        ("bawang bawang bawang", {"bawang"}, set()),
        ("tomat tomat", set(), set()),
        ("harga bawang harga tomat harga", set(), {"bawang"}),
        ("petani menulis surat tomat timun", set(), set()),  # two are lacking
        (" ".join(f"tomat{n}" for n in range(700)), set(), set()),
        ("bawang murah harga bawang turun petani menulis surat kepada bupati tomat", set(), {"bawang"}),
    ],
    ids=["thrice", "a stranger twice", "among others", "two strangers", "a page of words", "a whole story and a word"],
)
def test_a_lenient_query_of_any_length(held: Engine, query: str, hits: set[str], near: set[str]) -> None:
    told = answer(held, query, lenient=True)
    assert ({hit.story_id for hit in told.hits}, {hit.story_id for hit in told.near}) == (hits, near)


def test_bounds(held: Engine) -> None:
    assert found(held, "harga", section="Ekonomi") == {"bawang"}
    assert found(held, "datang", author="ni luh ayu") == {"quran"}
    assert found(held, "harga", outlets=("tempo",)) == set()
    assert found(held, "harga", since=NOON, until=NOON + timedelta(1)) == {"cabai", "bawang"}
    assert found(held, "harga", since=NOON + timedelta(1)) == found(held, "harga", until=NOON) == set()
    with pytest.raises(QueryError, match="author: names no word"):
        found(held, "harga", author="%")
    assert len(answer(held, "harga", limit=1).hits) == 1
    assert answer(held, "harga", limit=1).found == 2


def test_the_title_counts_most_then_the_form_then_the_day(database: Engine) -> None:
    keep(
        database,
        story("deep", title="Pasar", body="Pagi.\n\nHarga beras naik."),
        story("top", title="Harga beras naik", body="Pagi."),
        story("other", title="Beras dihargai", body="Pagi.", published_at=NOON),
        story("form", title="Beras berharga", body="Pagi.", published_at=NOON),
        story("old", title="Harga beras naik", body="Pagi.", published_at=NOON - timedelta(days=90)),
    )
    indexed(database)
    ranked = [hit.story_id for hit in answer(database, "harga beras", now=NOON).hits]
    assert ranked[0] == "top"
    assert ranked.index("top") < ranked.index("old") < ranked.index("deep")
    ranked = [hit.story_id for hit in answer(database, "beras berharga", now=NOON).hits]
    assert ranked[0] == "form"


def test_a_common_query_is_ranked_among_the_newest(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.store.search_ranking.MOST", 20)
    monkeypatch.setattr("pipelines.store.search.MOST", 20)
    monkeypatch.setattr("pipelines.store.search_ranking.ENOUGH", 10)
    keep(database, *(story(str(n), title=f"Banjir {n}", body="Air.", published_at=NOON - timedelta(days=n)) for n in range(60)))
    indexed(database)
    told = answer(database, "banjir", until=NOON + timedelta(hours=1))
    assert (told.more, told.found) == (True, 20)
    assert {int(hit.story_id) for hit in told.hits} <= set(range(30))


def test_a_wrong_guess_costs_no_story(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(database, story("cabai"), story("bawang"))
    indexed(database)
    monkeypatch.setattr("pipelines.store.search_ranking.COMMON", -1)  # the server takes every query for a common one
    told = answer(database, "harga")
    assert ({hit.story_id for hit in told.hits}, told.found, told.more) == ({"cabai", "bawang"}, 2, False)


def test_again_and_again(filled: Engine) -> None:
    rows, words = "SELECT xmin::text, * FROM search_index ORDER BY story_id", "SELECT * FROM vocabulary ORDER BY word"
    before = asked(filled, rows), asked(filled, words)
    assert indexed(filled) == 0
    assert asked(filled, rows) == before[0]
    assert indexed(filled, again=True, batch=5) == len(STORIES)
    assert asked(filled, words) == before[1]


def test_killed_between_two_batches_it_goes_on(database: Engine) -> None:
    keep(database, *(story(name) for name in STORIES))
    run = search_index.index(database, batch=5)
    assert next(run) == 5
    run.close()
    assert indexed(database) == len(STORIES) - 5
    assert asked(database, "SELECT count(*) FROM search_index") == [(len(STORIES),)]


def test_a_corrected_story_is_found_by_its_new_words(filled: Engine) -> None:
    keep(filled, story("cabai", title="Harga Tomat Naik"))
    assert indexed(filled) == 1
    assert found(filled, "cabai") == set()
    assert found(filled, "tomat") == {"cabai"}
    assert asked(filled, "SELECT word FROM vocabulary WHERE word IN ('cabai', 'tomat')") == [("tomat",)]


def test_a_forgotten_story_is_found_no_more_and_leaves_no_word(filled: Engine) -> None:
    with filled.begin() as connection:
        forget(connection, OUTLET, "megawati")
    assert found(filled, "megawati") == set()
    assert asked(filled, "SELECT * FROM vocabulary WHERE word IN ('megawati', 'sukarnoputri', 'blitar')") == []
    assert indexed(filled) == 0


def test_the_vocabulary_counts_stories_and_names(held: Engine) -> None:
    rows = "SELECT word, stem, stories, names FROM vocabulary WHERE word IN ('harga', 'kenangan', 'menulis') ORDER BY word"
    assert asked(held, rows) == [("harga", "harga", 2, 0), ("kenangan", "kenang", 1, 1), ("menulis", "tulis", 1, 0)]


@pytest.mark.parametrize(
    ("query", "better"),
    [("megwati", "megawati"), ("hrga bawnag", "harga bawang"), ("di mgwati", "di megawati"), ("zzzzqq", None), ("tag:megwt", None)],
)
def test_what_was_meant(held: Engine, query: str, better: str | None) -> None:
    told = answer(held, query)
    assert told.hits == []
    assert told.suggestion == better


def test_without_the_extension_there_is_one_line_and_no_suggestion(filled: Engine, address: str) -> None:
    with filled.begin() as connection:
        connection.execute(text("DROP EXTENSION pg_trgm"))
        connection.execute(text("CREATE ROLE guest"))
        connection.execute(text("GRANT pg_read_all_data TO guest"))
    parts = urlsplit(address)
    guest = create_engine(parts._replace(scheme="postgresql+psycopg2", query=f"{parts.query}&options=-c%20role%3Dguest").geturl())
    try:
        assert answer(guest, "megwati").suggestion is None
        assert found(guest, "megawati") == {"megawati"}
        assert (spelling.ready(guest) or "").startswith("no spelling suggestions: permission denied")
    finally:
        guest.dispose()
        with filled.begin() as connection:
            connection.execute(text("DROP ROLE guest"))


def test_a_very_long_story(database: Engine) -> None:
    body = "\n\n".join(f"Kalimat nomor {n} menuliskan kata{n}." for n in range(15_000))
    keep(database, story("panjang", title="Panjang", body=body))
    indexed(database)
    assert found(database, "kata14000") == set()  # beyond the words that are indexed
    assert found(database, "kata9000 tulisan") == {"panjang"}


TEXT = """Ia pulang. Menteri Kesehatan datang ke rumah sakit.

Para penulis menuliskan surat; tulisannya dibaca oleh anak-anak di pasar, dan pedagang cabai menjual dagangannya sampai sore hari.

Merapi tampak rapi. Setelah itu semua orang pergi ke pantai untuk menari bersama para tamu dari desa sebelah yang baru tiba."""


def test_words_are_marked_as_printed() -> None:
    assert marked("Penulis: “Tulisanku, merapi!”", {"tulis", "rapi"}, MARKDOWN) == "**Penulis**: “**Tulisanku**, merapi!”"
    assert marked("Qur'an dan anak-anaknya", {"quran", "anak"}, MARKDOWN) == "**Qur'an** dan **anak-anaknya**"


def test_a_snippet_is_where_most_is() -> None:
    told = snippet(TEXT, {"tulis", "cabai"}, MARKDOWN)
    assert "**penulis** **menuliskan** surat; **tulisannya** dibaca" in told
    assert "**cabai**" in told
    assert told.startswith("… ")
    assert told.endswith(" …")
    assert snippet(TEXT, {"tiada"}).startswith("Ia pulang.")
    assert snippet("", {"tiada"}) == ""


@pytest.fixture
def kliping(filled: Engine, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("DATABASE_URL", address)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_on_a_terminal_no_line_is_longer_than_it_is_wide(kliping: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    whole = kliping("search", "harga")[1]
    assert max(len(line) for line in whole.splitlines() if "https://" not in line) > 40
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    told = kliping("search", "harga")[1]
    assert max(len(line) for line in told.splitlines() if "https://" not in line) <= 40
    assert told.split() == whole.split()


def test_the_command_line(kliping: Any) -> None:
    code, out, _ = kliping("search", "harga", "bawang")
    assert code == 0
    assert "Bawang Murah\n" in out
    assert "1 found, 1 shown" in out
    assert kliping("search", "harga bawang tomat")[1].endswith("\nnothing found; 1 more lack a word\n")
    assert kliping("search", "megwati")[1] == "nothing found; mungkin maksud Anda: megawati\n"
    assert kliping("search", '"megwati"')[1] == "nothing found\n", "as printed is as printed"
    assert kliping("search", "harga", "--until", "20261122")[1] == kliping("search", "harga", "--until", "2026-11-22")[1]
    assert kliping("search", "title:")[0] == 2
    row = kliping("search", "bawang", "--format", "csv")[1].splitlines()[1]
    assert row.startswith("2026-11-22T12:00:00+07:00,kabar,bawang,Ekonomi,Bawang Murah,Sri Wahyuni,https://")
    nothing = kliping("search", "tomat", "--format", "csv")[1]
    assert nothing == "published_at,outlet,story_id,section,title,authors,url,score,snippet\n"
    assert kliping("search", "--", "-tomat", "bawang")[1].endswith("1 found, 1 shown\n")
    assert '"story_id": "bawang"' in kliping("search", "bawang", "--format", "jsonl")[1]
    assert "### [Bawang Murah](https://" in kliping("search", "bawang", "--format", "md")[1]
    assert kliping("search", "harga", "--since", "2026-11-22", "--until", "2026-11-22")[1].endswith("2 found, 2 shown\n")
    assert kliping("search", "harga", "--since", "2026-11-23")[1] == "nothing found\n"
    assert kliping("index")[1] == "0 stories indexed\n"
    assert kliping("index", "--again")[1] == f"{len(STORIES)} stories indexed\n"


def test_who_finds_nothing_hears_that_stories_are_not_indexed_yet(kliping: Any, filled: Engine) -> None:
    said = "kliping search: stories came since the last `kliping index`: run it to find them too\n"
    assert kliping("search", "tomat") == (0, "nothing found\n", "")
    keep(filled, story("tomat", title="Tomat Murah", body="Petani menjual tomat."))
    assert kliping("search", "tomat") == (0, "nothing found\n", said)
    assert kliping("search", "bawang")[2] == ""
    assert kliping("index")[1] == "1 stories indexed\n"
    assert kliping("search", "tomat")[2] == ""
    with filled.begin() as connection:
        connection.execute(text("TRUNCATE search_index, vocabulary"))
    assert kliping("search", "tomat")[2] == said


def test_a_clock_that_was_ahead_hides_no_story(filled: Engine, kliping: Any) -> None:
    with filled.begin() as connection:
        connection.execute(text("UPDATE articles SET read_at = now() + interval '7 hours' WHERE story_id = 'bawang'"))
    assert kliping("index")[1].startswith("1 ")
    with filled.begin() as connection:
        connection.execute(text("UPDATE articles SET read_at = now() WHERE story_id = 'cabai'"))
    assert kliping("index")[1].startswith("1 ")
    with filled.begin() as connection:  # and that moment has come
        late = "read_at = now() - interval '1 minute' WHERE story_id = 'bawang'"
        connection.execute(text(f"UPDATE articles SET {late}; UPDATE search_index SET {late}"))
        connection.execute(text("DELETE FROM search_index WHERE story_id = 'cabai'"))
        connection.execute(text("UPDATE articles SET read_at = now() - interval '7 hours' WHERE story_id = 'cabai'"))
    assert kliping("index")[1].startswith("1 ")


def test_parquet_for_programs(
    filled: Engine, address: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    for query, ids in (("bawang", ["bawang"]), ("megwati", [])):
        assert main(["search", query, "--format", "parquet"]) == 0
        found = parquet.read_table(io.BytesIO(capsysbinary.readouterr().out))
        assert found.column("story_id").to_pylist() == ids
        assert [str(found.schema.field(name).type) for name in ("published_at", "score")] == ["timestamp[us, tz=UTC]", "double"]


def test_mistakes_are_one_line(kliping: Any) -> None:
    code, out, err = kliping("search", 'harga "cabai')
    assert (code, out, err) == (2, "", 'kliping search: harga "cabai: a quotation mark is not closed: "cabai\n')
    with pytest.raises(SystemExit, match="2"):
        kliping("search", "x", "--since", "kemarin")
    assert "no outlet named 'kompaz'" in kliping("search", "x", "--outlet", "kompaz")[2]


@pytest.mark.parametrize("verb", [("search", "x"), ("export",), ("stats",), ("reclean",)])
def test_days_the_wrong_way_round_are_no_answer(kliping: Any, verb: tuple[str, ...]) -> None:
    code, out, err = kliping(*verb, "--since", "2026-11-23", "--until", "2026-11-22")
    assert (code, out, err) == (2, "", f"kliping {verb[0]}: --since lies after --until: nothing lies between them\n")
    assert kliping(*verb, "--since", "2026-11-22", "--until", "2026-11-22")[2].count("lies after") == 0
