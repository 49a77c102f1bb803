"""The one error this room raises; what went wrong is said where it is found, not here."""


class DatabaseError(Exception):
    """The database cannot be used; str() is one clear line that never holds a password."""
