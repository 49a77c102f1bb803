"""Scrapy's settings as a user gives them by ``-s`` and ``-L``: a mistake is a line before the crawl begins."""

from __future__ import annotations

import codecs
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import UsageError
from scrapy.settings import default_settings
from scrapy.utils.misc import load_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scrapy.settings import BaseSettings

_CLASS = re.compile(r"[a-z_]\w*(?:\.[a-z_]\w*)+\.[A-Z]\w*")  # a default that names a class wants another
_SECONDS = ("DELAY", "TIMEOUT")  # Scrapy's default may be a whole number; a part of a second may be given


def may_be_set(settings: BaseSettings, names: Iterable[str]) -> None:
    """Refuse a value of another kind than the setting's: a delay that is no number."""
    from crawler import settings as ours  # Scrapy has read them; the process that forks crawls must not

    kinds: dict[type, tuple[Callable[[str], Any], str]] = {
        bool: (settings.getbool, "True or False"),
        int: (settings.getint, "a whole number"),
        float: (settings.getfloat, "a number"),
    }
    for name in names:
        default = getattr(ours, name, getattr(default_settings, name, None))
        kind = float if isinstance(default, int) and name.endswith(_SECONDS) else type(default)
        read, needed = kinds.get(kind, (settings.get, ""))
        try:
            number = read(name)
        except ValueError as error:
            raise UsageError(f"-s {name}={settings[name]}: needs {needed}") from error
        if kind is float and name.endswith(_SECONDS) and number < 0:
            raise UsageError(f"-s {name}={settings[name]}: needs {needed} from 0 on")
        try:
            if isinstance(default, str) and _CLASS.fullmatch(default):
                load_object(settings[name])
        except (ImportError, NameError, ValueError) as error:
            raise UsageError(f"-s {name}={settings[name]}: names no class: {error}") from error


def may_log(settings: BaseSettings) -> None:
    """Refuse a log level that is none, a form or an encoding that is none, and a file that cannot be written."""
    level, file = settings["LOG_LEVEL"], settings["LOG_FILE"]
    if level not in logging.getLevelNamesMapping():
        raise UsageError(f"LOG_LEVEL={level}: needs DEBUG, INFO, WARNING, ERROR or CRITICAL")
    try:
        logging.Formatter(settings["LOG_FORMAT"])
    except ValueError as error:
        raise UsageError(f"LOG_FORMAT={settings['LOG_FORMAT']}: {error}") from error
    try:
        codecs.lookup(settings["LOG_ENCODING"])
        if file:
            Path(file).open("a", encoding="utf-8").close()
    except LookupError as error:
        raise UsageError(f"LOG_ENCODING={settings['LOG_ENCODING']}: {error}") from error
    except OSError as error:
        raise UsageError(f"LOG_FILE={file}: {error.strerror}") from error
