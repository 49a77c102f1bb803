"""A role that may read everything but where watches are delivered (a webhook is a secret), and write nothing."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import encrypt_password

from pipelines.store import engine
from pipelines.store.errors import DatabaseError, Misuse

if TYPE_CHECKING:
    from psycopg2.extensions import connection, cursor

# Future tables too: those that the role which migrates will make. Its default is kept by the server, so a restore keeps it.
GRANTS = """
GRANT CONNECT ON DATABASE {database} TO {reader};
GRANT USAGE ON SCHEMA public TO {reader};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader};
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {reader};
ALTER ROLE {reader} SET default_transaction_read_only = on;
"""
# That default holds for a watches made anew, too: whatever makes one says this in the same transaction. Readers are they who may
# read it and nothing else. Nothing happens where there is no such table; no search_path is needed, a restore has none.
VEILED = """
DO $$ DECLARE reader text; shown text; BEGIN
    SELECT string_agg(quote_ident(attname), ', ') INTO shown FROM pg_attribute
    WHERE attrelid = to_regclass('public.watches') AND attnum > 0 AND NOT attisdropped AND attname <> 'target';
    FOR reader IN
        SELECT quote_ident(rolname) FROM pg_class c, aclexplode(c.relacl) JOIN pg_roles r ON r.oid = grantee
        WHERE c.oid = to_regclass('public.watches') AND grantee <> relowner
        GROUP BY rolname HAVING bool_and(privilege_type = 'SELECT')
    LOOP
        EXECUTE 'REVOKE SELECT ON public.watches FROM ' || reader;
        EXECUTE 'GRANT SELECT (' || shown || ') ON public.watches TO ' || reader;
    END LOOP;
END $$
"""
# Before version 15 everyone could create tables in public, also a reader.
CLOSED = "GRANT CREATE ON SCHEMA public TO CURRENT_USER; REVOKE CREATE ON SCHEMA public FROM PUBLIC"


def grant(name: str, password: str) -> bool:
    """Make the role, or give it a new password and what it lacks; say whether it is new. DatabaseError is one line."""
    if engine.is_embedded():
        raise Misuse("the embedded database lets nobody in but you: for readers set DATABASE_URL to a server of your own")
    try:
        with closing(psycopg2.connect(**engine.words())) as link, link, link.cursor() as ask:
            return _grant(link, ask, name, password)
    except psycopg2.Error as error:
        raise DatabaseError(f"{name}: {str(error).splitlines()[0]}") from None  # its traceback would show the statement


def _grant(link: connection, ask: cursor, name: str, password: str) -> bool:
    role, secret = sql.Identifier(name), sql.Literal(encrypt_password(password, name, link, "scram-sha-256"))
    known = _one(ask, "SELECT rolsuper OR rolname = current_user FROM pg_roles WHERE rolname = %s", name)
    if known:
        raise Misuse(f"{name} is no reader's name: it is a superuser, or the role that we are")
    verb = sql.SQL("CREATE" if known is None else "ALTER")
    ask.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, role, secret))
    database = sql.Identifier(_one(ask, "SELECT current_database()"))
    ask.execute(sql.SQL(GRANTS).format(database=database, reader=role))
    ask.execute(VEILED)
    if _may_create(ask, name):
        ask.execute(CLOSED)
        if _may_create(ask, name):
            raise DatabaseError(f"{name} could create tables: have the owner of schema public run: {CLOSED}")
    return known is None


def _may_create(ask: cursor, name: str) -> bool:
    return bool(_one(ask, "SELECT has_schema_privilege(%s, 'public', 'CREATE')", name))


def _one(ask: cursor, question: str, *values: str) -> Any:
    ask.execute(question, values)
    return row[0] if (row := ask.fetchone()) else None
