"""Imported, for its effect, by the process from which crawls are forked: what each of them would import and compile for itself.

It opens nothing, and leaves to a fork what may differ by then: the settings, which look at the environment, and the outlets' seeds.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules

import feedparser  # noqa: F401
import protego  # noqa: F401
import scrapy.commands
from scrapy.settings import default_settings

from crawler import commands
from pipelines.outlets import shared
from pipelines.parse import prepare
from pipelines.seedfiles import folders
from pipelines.seedwords import SeedError

LEFT_OUT = ("CookiesMiddleware", "RemoteControl", "TelnetConsole")  # settings.py says why
BASES = (default_settings.DOWNLOADER_MIDDLEWARES_BASE, default_settings.SPIDER_MIDDLEWARES_BASE, default_settings.EXTENSIONS_BASE)
MORE = (  # what is found by settings, or imported when it is needed
    "scrapy.cmdline", "scrapy.core.downloader.contextfactory", "scrapy.dupefilters", "scrapy.logformatter", "scrapy.pqueues",
    "scrapy.robotstxt", "scrapy.squeues", "scrapy.statscollectors", "twisted.web.client", "xml.sax.expatreader",
    "sqlalchemy.dialects.postgresql.psycopg2", "psycopg2.extras", "lxml.html", "selectolax.lexbor", "orjson", "warcio",
    "crawler.asking", "crawler.manners", "crawler.monitors", "crawler.progress", "crawler.report", "crawler.rest",
    "crawler.seedloader", "crawler.senders", "crawler.spiders.news", "crawler.whole", "crawler.wire", "pipelines.items",
)  # fmt: skip


def _named() -> set[str]:
    """Every command, of which Scrapy imports all to find one, and every part that a crawl is put together from."""
    parts = (name for base in BASES for name in base if not name.endswith(LEFT_OUT))
    found = (module.name for room in (scrapy.commands, commands) for module in iter_modules(room.__path__, f"{room.__name__}."))
    return {*found, *MORE, *(part.rpartition(".")[0] for part in parts)}


for _name in sorted(_named()):
    import_module(_name)
prepare()
with suppress(SeedError):  # a broken one is told by the crawl
    shared(folders(), fenced=False)  # Python remembers the 512 patterns that it compiled last
