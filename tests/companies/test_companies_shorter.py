"""A known organisation called by the first word of its name."""

from __future__ import annotations

import pytest

from nlp.companies import find_companies, identity

SHORT = [
    (
        "en",
        "Iberdrola and Echelon Data Centres closed it. Echelon sells the space.",
        "Echelon Data Centres",
        2,
    ),
    ("es", "Multiverse Computing compra chips. Multiverse espera vender más.", "Multiverse Computing", 2),
    ("fr", "Scintil Photonics grave chez Tower. Pour Scintil, c’est une première.", "Scintil Photonics", 2),
    (
        "en",
        "Core Scientific said no. The core of it is power, and Core of the Earth is a film.",
        "Core Scientific",
        1,
    ),
    (
        "en",
        "Aermont bought it. London-based Aermont Capital Ltd. (AERM) sold it for $3 billion.",
        "Aermont",
        2,
    ),
    (
        "en",
        "National Silicon Industry Group ships wafers; National Silicon is of Shanghai.",
        "National Silicon Industry Group",
        2,
    ),
    ("en", "Intel is big. Intel Capital is small.", "Intel", 1),
    ("en", "Blue Owl backed out. Blue is a colour.", "Blue Owl", 1),
    ("en", "Penguin Computing became Penguin Solutions. Penguin is gone.", "Penguin Computing", 1),
]


@pytest.mark.parametrize(("lang", "text", "name", "times"), SHORT, ids=[s[2] for s in SHORT])
def test_the_first_word_means_the_whole_name(lang: str, text: str, name: str, times: int) -> None:
    found = find_companies(text, lang)
    whole = next(e for e in found if e.text == name)
    assert sum(identity(e) == identity(whole) for e in found) == times
    for entity in found:
        assert text[entity.start : entity.end] == entity.text
