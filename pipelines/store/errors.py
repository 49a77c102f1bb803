"""The one error this room raises; what went wrong is said where it is found, not here."""


class DatabaseError(Exception):
    """The database cannot be used; str() is one clear line that never holds a password."""


class Misuse(DatabaseError):
    """What was asked for cannot be, whatever state the database is in: the user's to mend, not the server's."""
