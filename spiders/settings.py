"""Scrapy's settings for one source's crawl."""

from __future__ import annotations

from typing import Any

from pipeline.settings import Settings
from spiders.guard import ALLOW_SETTING
from spiders.source import Source

LANGUAGES = "{lang},en;q=0.5"


def scrapy_settings(source: Source, settings: Settings) -> dict[str, Any]:
    """All that differs from Scrapy's own defaults."""
    delay = settings.host_delay if source.delay is None else source.delay
    found: dict[str, Any] = {
        "BOT_NAME": "chipwire",
        "USER_AGENT": settings.full_user_agent,
        "ROBOTSTXT_USER_AGENT": settings.user_agent.partition("/")[0],
        "ROBOTSTXT_OBEY": settings.obey_robots,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": LANGUAGES.format(lang=source.language) if source.language != "en" else "en",
        },
        # pace
        "CONCURRENT_REQUESTS": settings.concurrent_requests,
        "CONCURRENT_REQUESTS_PER_DOMAIN": settings.concurrent_per_host,
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_ENABLED": delay > 0,
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(settings.concurrent_per_host),
        # limits
        "DOWNLOAD_TIMEOUT": settings.fetch_timeout,
        "DOWNLOAD_MAXSIZE": source.limits.page_bytes or settings.max_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "REDIRECT_MAX_TIMES": settings.max_redirects,
        "REDIRECT_ENABLED": settings.max_redirects > 0,
        "RETRY_TIMES": source.limits.retries,
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        # what we do not want
        "COOKIES_ENABLED": source.cookies,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "METAREFRESH_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        # Scrapy starts this many tasks for every callback that is an async generator.
        "CONCURRENT_ITEMS": 2,
        "SPIDER_MIDDLEWARES": {
            "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
            "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
            "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
        },
        "LOG_LEVEL": settings.log_level,
        "LOG_FORMAT": "%(levelname)s: %(name)s: %(message)s",
        "LOGSTATS_INTERVAL": 0,
        # our own parts
        ALLOW_SETTING: list(settings.allow_private),
        "TWISTED_DNS_RESOLVER": "spiders.guard.PublicResolver",
        "DOWNLOAD_HANDLERS": {
            "http": "spiders.politeness.PoliteDownloadHandler",
            "https": "spiders.politeness.PoliteDownloadHandler",
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        "DOWNLOADER_MIDDLEWARES": {
            "spiders.guard.GuardMiddleware": 10,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "spiders.politeness.PoliteRobots": 100,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "spiders.politeness.PoliteRetry": 550,
        },
        "EXTENSIONS": {
            "scrapy.extensions.throttle.AutoThrottle": None,
            "spiders.politeness.PoliteThrottle": 0,
            "spiders.politeness.CrawlDelay": 0,
        },
    }
    if source.js:
        from spiders.browser import browser_settings

        found |= browser_settings(settings, found)
    return found
