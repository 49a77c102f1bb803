"""Only what differs from Scrapy's defaults, each line saying why."""

from scrapy.settings import default_settings

from crawler.guard import user_agent

BOT_NAME = "kliping"
USER_AGENT = user_agent()  # who we are and whom to write to (KLIPING_CONTACT)
ROBOTSTXT_USER_AGENT = "Kliping"  # the name by which an outlet may address us

# Where things are
SPIDER_LOADER_CLASS = "crawler.seedloader.SeedLoader"  # a seed file is a spider
SPIDER_MODULES: list[str] = []
COMMANDS_MODULE = "crawler.commands"  # our `crawl` tells cron the truth
ITEM_PIPELINES = {"pipelines.items.Keeper": 100}

# Manners
ROBOTSTXT_OBEY = True  # the code's default is False
ROBOTSTXT_PARSER = "crawler.robots.Rules"  # the default finds us in a piece of our name, and not behind a version
KLIPING_ROBOTS_AGE = 86_400.0  # seconds after which a long run reads a host's robots.txt again: RFC 9309 §2.4
DOWNLOAD_DELAY = 1.0  # seconds between two requests to a host; the code's default is 0
DOWNLOAD_DELAY_JITTER = 0.0  # the default may halve the delay
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # the code's default is 8; Scrapy 2.19 keeps it only where there is a delay
AUTOTHROTTLE_ENABLED = True  # a slow host is asked more slowly still
AUTOTHROTTLE_START_DELAY = 1.0  # the default of 5 s would hold every short run back
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "id"}
COOKIES_ENABLED = False  # nobody is logged in, nobody is followed

# Safety
DOWNLOAD_VERIFY_CERTIFICATES = True  # the default is False
DOWNLOAD_MAXSIZE = 52_428_800  # bytes, also after decompression: a sitemap's limit; the default is 1 GiB
DOWNLOAD_WARNSIZE = 0  # what is too large is told as its story's cause
DOWNLOAD_TIMEOUT = 60  # seconds; the default is 180
DOWNLOAD_HANDLERS = dict.fromkeys(("file", "ftp", "s3", "data"))  # the web alone …
DOWNLOAD_HANDLERS |= dict.fromkeys(("http", "https"), "crawler.asking.Asking")  # … and each request in the guest book
TELNETCONSOLE_ENABLED = False  # nobody steers a run but by signals …
REMOTE_CONTROL_ENABLED = False  # … even where a setting of the user's brings the two back
TWISTED_DNS_RESOLVER = "crawler.guard.PublicResolver"  # a name that leads to a private address leads nowhere
REDIRECT_MAX_TIMES = 5  # the default is 20
METAREFRESH_ENABLED = False  # interstitials and "reload in 300 s", never a story
# Scrapy imports it to learn that COOKIES_ENABLED is off, and with it tldextract and requests: 0.04 s of every start
DOWNLOADER_MIDDLEWARES_BASE = {
    name: order for name, order in default_settings.DOWNLOADER_MIDDLEWARES_BASE.items() if not name.endswith("CookiesMiddleware")
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # Guard judges host and address
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # takes no answer for leave
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # no outlet gave us a password
    "crawler.guard.Guard": 50,
    "crawler.manners.Robots": 100,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.wire.Wire": 595,  # between redirects (600) and unpacking: the body as it came
    "crawler.wire.Unpacked": 590,
    "crawler.whole.Whole": 585,
}
# Scrapy imports an extension to learn that it is switched off, by a None in EXTENSIONS too: aiohttp would be 0.1 s of every start.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if not name.endswith(("RemoteControl", "TelnetConsole"))
}
EXTENSIONS = {
    "crawler.rest.Rest": 490,
    "crawler.manners.CrawlDelay": 500,
    "crawler.progress.Progress": 510,
    "crawler.progress.Telling": 520,
}

# One memory, one retry system: the rows of `pages`
RETRY_ENABLED = False
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
KLIPING_PATIENCE = 45.0  # seconds a run waits at its end for a failed address to come due again

# Cost and quiet
DOWNLOADER_STATS = False  # writes every request and response out to learn its length; the guest book counts them
CONCURRENT_ITEMS = 1  # Scrapy starts that many tasks for every response
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 20_000_000  # bytes of pages being read and stored; the default holds 40 pages, less than a batch
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # an address that a door announced is asked, however long
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # walks have bounds of their own
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,  # helps who writes a spider
}
LOG_LEVEL = "WARNING"  # quiet under cron; -L INFO says more
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
