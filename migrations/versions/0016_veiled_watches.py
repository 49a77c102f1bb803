"""Where watches are delivered is hidden from readers again: the table made anew was theirs by the default of their role."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"

VEILED = """
    DO $$ DECLARE reader text; BEGIN
        FOR reader IN
            SELECT quote_ident(rolname) FROM pg_class c, aclexplode(c.relacl) JOIN pg_roles r ON r.oid = grantee
            WHERE c.oid = to_regclass('watches') AND grantee <> relowner
            GROUP BY rolname HAVING bool_and(privilege_type = 'SELECT')
        LOOP
            EXECUTE 'REVOKE SELECT ON watches FROM ' || reader;
            EXECUTE 'GRANT SELECT (id, query, created_at, looked_at) ON watches TO ' || reader;
        END LOOP;
    END $$
"""


def upgrade() -> None:
    op.execute(VEILED)


def downgrade() -> None:
    """Leave it: nobody is to see them."""
