"""All settings, from environment variables: ``CHIPWIRE_DATA_DIR`` sets ``data_dir``, and so on.

A variable that begins with ``CHIPWIRE_`` and is no setting is an error, so that a misspelt one is never
silently ignored. Variables that begin with ``CHIPWIRE_TEST_`` belong to the tests and are let through.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "CHIPWIRE_"
_LET_THROUGH = ("CHIPWIRE_TEST_",)


class SettingsError(ValueError):
    """A setting is misspelt or has a value that it cannot have; the message says which and what to do."""


def default_data_dir() -> Path:
    """The user's data folder; for root the machine's (the database's account may not enter root's)."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/chipwire")
    return Path(platformdirs.user_data_dir("chipwire", appauthor=False))


class Settings(BaseSettings):
    """What can be set. Sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder of all that Chipwire keeps itself: embedded database, page archive, logs.",
    )
    database_url: str | None = Field(
        None,
        description="postgresql://user:password@host:port/database of a Postgres server. "
        "Not set: the embedded server in data_dir.",
    )
    database_connections: int = Field(
        8, ge=1, le=500, description="Most database connections of one process."
    )
    database_timeout: float = Field(
        30.0, gt=0, description="How long to wait for the database to answer a connection attempt."
    )
    archive_url: str | None = Field(
        None,
        description="Where WARC files go: a folder or any fsspec URL (s3://…). Not set: data_dir/archive.",
    )
    sources_dir: Path = Field(Path("sources"), description="Folder of the source files, one YAML a source.")
    alerts_file: Path = Field(Path("alerts.yml"), description="The alert rules and their channels.")
    user_agent: str = Field(
        "Chipwire/0.1",
        min_length=1,
        description="How the crawler names itself to sites and in robots.txt.",
    )
    contact: str | None = Field(
        None, description="Mail address or page of whoever runs this; appended to the user agent."
    )
    max_page_bytes: int = Field(
        8_000_000,
        gt=0,
        description="Largest page, before and after decompression; a larger one is cut off unread.",
    )
    max_feed_bytes: int = Field(
        32_000_000, gt=0, description="Largest feed or sitemap, before and after decompression."
    )
    max_urls_per_crawl: int = Field(
        2_000, gt=0, description="Most new URLs that one source may bring in one crawl."
    )
    fetch_timeout: float = Field(
        30.0, gt=0, description="Longest wait for one page, from request to last byte."
    )
    crawl_timeout: float = Field(1_800.0, gt=0, description="Longest crawl of one source.")
    concurrent_requests: int = Field(16, ge=1, description="Requests under way at once in one process.")
    concurrent_per_host: int = Field(2, ge=1, description="Requests under way at once to one host.")
    host_delay: float = Field(
        1.0, ge=0, description="Pause between two requests to one host; robots.txt may ask more."
    )
    max_redirects: int = Field(5, ge=0, le=20, description="Redirects followed for one page.")
    allow_private: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts or host:port pairs that may be fetched though their addresses are private or "
        "loopback, separated by commas (the demo and tests use it).",
    )
    obey_robots: bool = Field(True, description="Respect robots.txt.")
    edit_days: float = Field(
        3.0, ge=0, description="For how many days a known article is looked at again for edits."
    )
    batch_size: int = Field(
        200, ge=1, le=10_000, description="Articles a batch of extraction, reading and resolution."
    )
    workers: int = Field(0, ge=0, description="Processes for extraction and reading; 0: as many as cores.")
    lease_seconds: float = Field(
        600.0, gt=0, description="After how long a silent worker's rows go to another one."
    )
    max_attempts: int = Field(
        5,
        ge=1,
        le=100,
        description="After how many failed tries a page or article is quarantined, an alert given up.",
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged."
    )

    @field_validator("allow_private", mode="before")
    @classmethod
    def _commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("database_url", "archive_url", "contact", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError(
                "must begin with postgresql:// (for example postgresql://user:password@host:5432/chipwire)"
            )
        return value

    @field_validator("data_dir", "sources_dir", "alerts_file")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser()

    @property
    def archive(self) -> str:
        """Folder or fsspec URL of the page archive."""
        return self.archive_url or str(self.data_dir / "archive")

    @property
    def full_user_agent(self) -> str:
        """The user agent with the contact."""
        return f"{self.user_agent} (+{self.contact})" if self.contact else self.user_agent


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from ``environ`` (default: the process's), checked. Raises SettingsError."""
    _refuse_unknown(os.environ if environ is None else environ)
    try:
        if environ is None:
            return Settings()  # type: ignore[call-arg]
        known = {name.lower(): value for name, value in environ.items()}
        given = {
            name: known[env] for name in Settings.model_fields if (env := f"{PREFIX}{name}".lower()) in known
        }
        return Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings, read once. Raises SettingsError."""
    return load_settings()


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    names = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for variable in sorted(environ):
        upper = variable.upper()
        if not upper.startswith(PREFIX) or upper.startswith(_LET_THROUGH) or upper in names:
            continue
        near = difflib.get_close_matches(upper, names, n=1)
        hint = f"Did you mean {near[0]}?" if near else "Settings are: " + ", ".join(sorted(names)) + "."
        raise SettingsError(f"{variable} is no setting of Chipwire. {hint}")


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        name = PREFIX + "_".join(str(part) for part in problem["loc"][:1]).upper()
        lines.append(f"{name}: {problem['msg']}")
    return "; ".join(lines)
