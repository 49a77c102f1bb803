"""What the language room knows by heart, a text file a subject: stems, stop words, names, offices, acronyms."""

from importlib.resources import files


def lines(name: str) -> list[str]:
    """Give a file's lines without comments and blanks."""
    text = (files(__package__) / f"{name}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
