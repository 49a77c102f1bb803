"""Promises of the schema: it goes up and down, says what it holds, and is the one that the code knows."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from invented import NOON, OUTLET, a_run, asked, everything, refused, stored, unread
from sqlalchemy import text

from pipelines.cli.main import main
from pipelines.nouns import Exit
from pipelines.store import rests, schema
from pipelines.store.keep import write
from pipelines.store.search_index import index
from pipelines.store.tables import HEAD, metadata
from pipelines.store.tables.views import VIEWS, statements
from pipelines.store.versions import forget

if TYPE_CHECKING:
    from sqlalchemy import Engine

REPO = Path(__file__).parents[1]
UNCOMMENTED = """
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    AND coalesce(col_description(c.oid, a.attnum), '') = ''
    UNION SELECT relname, '' FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'p')
    AND coalesce(obj_description(oid, 'pg_class'), '') = ''
"""
# What Alembic's comparison does not see: CHECKs, foreign keys' actions, the indexes' WHERE, DESC and USING.
FINE_PRINT = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> coalesce(to_regclass('alembic_version'), 0)
    UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    ORDER BY 1, 2, 3
"""


def fill(database: Engine) -> None:
    look = datetime.now(UTC) + timedelta(hours=1)
    write(database, a_run(database), [stored("1"), refused("2"), unread("3"), replace(stored("4"), next_look=look), stored("5")])
    with database.begin() as connection:
        forget(connection, OUTLET, "5")
        rests.begin(connection, "kabar.example", 3600)
    assert list(index(database)) == [2]


def test_up_down_up_on_a_filled_database(database: Engine) -> None:
    fill(database)
    before = everything(database)
    schema.upgrade(database)
    assert everything(database) == before
    schema.downgrade(database, "base")
    assert asked(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("alembic_version",)]
    schema.upgrade(database)
    assert not any(everything(database).values())
    fill(database)
    assert {name: len(rows) for name, rows in everything(database).items()} == {name: len(rows) for name, rows in before.items()}


def test_what_is_held_becomes_its_first_version_and_a_tombstone_stays_one(database: Engine) -> None:
    fill(database)
    told = "SELECT * FROM revisions ORDER BY story_id"
    before = asked(database, told), asked(database, "SELECT story_id, state, cause FROM pages ORDER BY story_id")
    schema.downgrade(database, "0002")
    assert asked(database, "SELECT state, cause FROM pages WHERE story_id = '5'") == [("gone", "forgotten")]
    schema.upgrade(database)
    assert (asked(database, told), asked(database, "SELECT story_id, state, cause FROM pages ORDER BY story_id")) == before


def test_only_of_the_newest_version_is_known_whether_it_is_a_part(database: Engine) -> None:
    later = stored("1", body="<html>lain</html>", title="Ralat", partial=True)
    write(database, a_run(database), [stored("1", partial=True)])
    write(database, a_run(database), [replace(later, page=replace(later.page, fetched_at=NOON + timedelta(hours=1)))])
    told = "SELECT title, partial FROM revisions ORDER BY fetched_at"
    assert asked(database, told) == [("Harga cabai naik 1", True), ("Ralat", True)]
    schema.downgrade(database, "0014")
    schema.upgrade(database)
    assert asked(database, told) == [("Harga cabai naik 1", None), ("Ralat", True)]


def test_tables_are_what_the_code_says(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_fine_print_too(database: Engine, empty: Engine) -> None:
    metadata.create_all(empty)
    assert asked(database, FINE_PRINT) == asked(empty, FINE_PRINT)


def test_every_table_and_column_explains_itself(database: Engine) -> None:
    assert asked(database, UNCOMMENTED) == []


def test_head_is_alembics() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.folder()))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_check_of_an_empty_database(empty: Engine) -> None:
    with pytest.raises(schema.SchemaError, match=r"^the database has no tables yet: run: kliping db upgrade$"):
        schema.check(empty, mend=False)
    schema.check(empty, mend=True)
    schema.check(empty, mend=False)


@pytest.mark.parametrize("mend", [False, True])
@pytest.mark.parametrize("found", ["0999", "ae1027a6acf"])
def test_check_of_a_newer_database(database: Engine, found: str, mend: bool) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    for move in (
        lambda: schema.check(database, mend=mend),
        lambda: schema.upgrade(database),
        lambda: schema.downgrade(database, "base"),
    ):
        with pytest.raises(schema.SchemaError, match=rf"revision {found}, newer than this Kliping knows .* upgrade Kliping$"):
            move()


def test_check_of_an_older_database(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(schema.SchemaError, match=r"older Kliping .* run: kliping db upgrade$"):
        schema.check(database, mend=False)


def test_a_column_that_somebody_renamed_is_named(
    database: Engine, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    assert schema.lacking(database) == []
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE days RENAME COLUMN complete TO lengkap"))
    assert main(["db", "check"]) == Exit.SCHEMA
    assert "the database lacks days.complete: undo that change" in capsys.readouterr().err


def test_no_way_down_to_nowhere(database: Engine) -> None:
    with pytest.raises(schema.SchemaError, match="no way down to 0815"):
        schema.downgrade(database, "0815")


def test_two_that_start_together_do_not_collide(empty: Engine) -> None:
    failures: list[BaseException] = []

    def start() -> None:
        try:
            schema.check(empty, mend=True)
        except BaseException as error:  # noqa: BLE001 a thread's error is lost otherwise
            failures.append(error)

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert asked(empty, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_a_look_at_a_good_schema_imports_no_alembic(address: str) -> None:
    look = "from pipelines.store import engine, schema; schema.check(engine.connect(), mend=False)"
    look += "; import sys; assert 'alembic' not in sys.modules"
    subprocess.run([sys.executable, "-c", look], env={"DATABASE_URL": address}, cwd=REPO, check=True, timeout=60)


@pytest.mark.parametrize(
    "order", [pytest.param(["current"], marks=pytest.mark.soak), ["check"], ["upgrade", "head", "--sql"],
              pytest.param(["downgrade", "base"], marks=pytest.mark.soak)]
)  # fmt: skip
def test_alembics_own_command_line(address: str, order: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *order],
        env={"DATABASE_URL": address},
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


VIEW_OF = "SELECT pg_get_viewdef('{}'::regclass), obj_description('{}'::regclass)"
COLUMNS_OF = """
    SELECT attname, col_description(attrelid, attnum) FROM pg_attribute
    WHERE attrelid = '{}'::regclass AND attnum > 0 ORDER BY attnum
"""


@pytest.mark.parametrize("name", VIEWS)
def test_views_are_what_the_code_says(database: Engine, name: str) -> None:
    held = asked(database, VIEW_OF.format(name, name)), asked(database, COLUMNS_OF.format(name))
    with database.begin() as connection:
        connection.execute(text(f"DROP VIEW {name}"))
        for statement in statements(name, VIEWS[name]):
            connection.execute(text(statement))
    assert (asked(database, VIEW_OF.format(name, name)), asked(database, COLUMNS_OF.format(name))) == held
    assert [column for column, _ in held[1]] == list(VIEWS[name].columns)
