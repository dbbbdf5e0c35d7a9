"""Settings from the environment: read, checked, a misspelt one refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.settings import Settings, SettingsError, get_settings, load_settings


def test_every_setting_is_documented() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


def test_values_are_read() -> None:
    settings = load_settings(
        {
            "CHIPWIRE_DATA_DIR": "~/cw",
            "CHIPWIRE_ALLOW_PRIVATE": "127.0.0.1:8000, localhost",
            "CHIPWIRE_DATABASE_URL": "",
            "CHIPWIRE_CONTACT": "mail@example.org",
            "CHIPWIRE_TEST_DATABASE_URL": "let through",
            "PATH": "/bin",
        }
    )
    assert settings.data_dir == Path.home() / "cw"
    assert settings.allow_private == ("127.0.0.1:8000", "localhost")
    assert settings.database_url is None
    assert settings.archive == str(settings.data_dir / "archive")
    assert settings.full_user_agent.endswith("(+mail@example.org)")


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("CHIPWIRE_DATABSE_URL", "x", "Did you mean CHIPWIRE_DATABASE_URL"),
        ("CHIPWIRE_ZZZZZZZ", "x", "Settings are: .*CHIPWIRE_DATA_DIR"),
        ("CHIPWIRE_DATABASE_URL", "mysql://x", "CHIPWIRE_DATABASE_URL: .*postgresql://"),
        ("CHIPWIRE_WORKERS", "many", "CHIPWIRE_WORKERS: .*integer"),
        ("CHIPWIRE_MAX_ATTEMPTS", "0", "CHIPWIRE_MAX_ATTEMPTS"),
    ],
)
def test_a_wrong_variable_is_named(variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings({variable: value})


def test_the_process_environment_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPWIRE_USERAGENT", "x")
    get_settings.cache_clear()
    with pytest.raises(SettingsError, match="CHIPWIRE_USER_AGENT"):
        get_settings()
