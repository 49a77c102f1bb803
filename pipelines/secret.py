"""What must not be read over a shoulder: NAME in the environment, or the file that NAME_FILE names, as containers hand it over."""

from __future__ import annotations

import os
from pathlib import Path


class SecretError(Exception):
    """A secret that cannot be read; str() is one line that names the variable and its file, never the secret."""


def secret(name: str) -> str:
    """Give the secret without the line's end, empty if there is none. The variable wins over the file."""
    if given := os.environ.get(name, "").strip():
        return given
    if not (file := os.environ.get(f"{name}_FILE", "").strip()):
        return ""
    try:
        held = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"{name}_FILE: {file}: {getattr(error, 'strerror', None) or 'is no text'}") from error
    if not held:  # a mount that failed: what was meant to be kept apart would go the usual way
        raise SecretError(f"{name}_FILE: {file} is empty")
    return held
