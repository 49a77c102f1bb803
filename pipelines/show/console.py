"""Rich's console as all that is printed for people uses it."""

from __future__ import annotations

import rich.console


class Console(rich.console.Console):
    """Lets a reader of our output stop reading (`| head`): Rich would end the program with exit code 1."""

    def on_broken_pipe(self) -> None:
        """Leave it to whoever runs the verb."""
        raise BrokenPipeError
