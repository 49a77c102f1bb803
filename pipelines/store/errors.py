"""The error that a database is. What went wrong is said where it is found; that a role may not write is found anywhere."""

READ_ONLY = "25006"  # PostgreSQL's read_only_sql_transaction
ONLY_READS = "this role may only read, as `kliping db grant-reader` makes them: writing needs the owner's DATABASE_URL"


class DatabaseError(Exception):
    """The database cannot be used; str() is one clear line that never holds a password."""


class Misuse(DatabaseError):
    """What was asked for cannot be, whatever state the database is in: the user's to mend, not the server's."""


def only_reads(error: Exception) -> bool:
    """Whether an error of SQLAlchemy's says that the role may not write; ``ONLY_READS`` says it in words."""
    return getattr(getattr(error, "orig", None), "pgcode", None) == READ_ONLY
