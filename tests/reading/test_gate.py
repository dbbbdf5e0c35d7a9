"""The gate: hardware news of all nine languages passes, other news does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.gate import is_relevant

HARDWARE = {
    "en": "The chipmaker will build a second fab. It ordered lithography tools.",
    "pt": "A fabricante de semicondutores construirá um data center no Ceará.",
    "es": "La empresa levantará un centro de datos con miles de procesadores.",
    "fr": "Le groupe veut construire un centre de données et acheter des puces.",
    "de": "Der Konzern baut ein Rechenzentrum und bestellt Prozessoren.",
    "it": "L'azienda costruirà un data center e comprerà semiconduttori.",
    "zh": "该公司将建设数据中心，并采购服务器和芯片。",
    "ja": "同社はデータセンターを建設し、半導体を調達する。",
    "ko": "이 회사는 데이터센터를 짓고 반도체를 사들인다.",
}
OTHER = {
    "en": "The striker scored twice and the visitors won the cup final 3-1 after extra time.",
    "pt": "O atacante marcou dois gols e o time venceu a final do campeonato por 3 a 1.",
    "es": "El delantero marcó dos goles y el equipo ganó la final de la copa por 3 a 1.",
    "fr": "L'attaquant a marqué deux buts et son équipe a gagné la finale de la coupe 3 à 1.",
    "de": "Der Stürmer traf zweimal, und die Gäste gewannen das Pokalfinale mit 3:1.",
    "it": "L'attaccante ha segnato due gol e la squadra ha vinto la finale di coppa per 3-1.",
    "zh": "前锋梅开二度，客队以三比一赢得了杯赛决赛。",
    "ja": "フォワードが2点を決め、ビジターが決勝を3対1で制した。",
    "ko": "공격수가 두 골을 넣어 원정팀이 결승에서 3 대 1로 이겼다.",
}
LOOKALIKES = [
    "He bought fish and chipotle at the market; potato peelings lay about.",
    "The weather will be cloudy on Sunday, with some sun in the south.",
    "The chef served memories of her childhood in a small trattoria.",
    "Der Bundestag beriet am Freitag über die Rente.",
]


@pytest.mark.parametrize("lang", HARDWARE)
def test_hardware_news_passes(lang: str) -> None:
    assert is_relevant(HARDWARE[lang])


@pytest.mark.parametrize("lang", OTHER)
def test_sport_does_not_pass(lang: str) -> None:
    assert not is_relevant(OTHER[lang])


@pytest.mark.parametrize("text", LOOKALIKES)
def test_words_that_only_look_alike_do_not_pass(text: str) -> None:
    assert not is_relevant(text)


def test_one_weak_word_however_often_does_not_pass() -> None:
    assert not is_relevant("The cloud hung low. A cloud again, and cloud, and one more cloud. " * 20)


@given(st.sampled_from(sorted(HARDWARE)), st.sampled_from(sorted(OTHER)))
def test_hardware_within_other_news_passes(lang: str, other: str) -> None:
    assert is_relevant(f"{OTHER[other]}\n\n{HARDWARE[lang]}\n\n{OTHER[other]}")
