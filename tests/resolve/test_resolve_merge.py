"""What one deal is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from resolve_reports import report

from pipeline.resolve import Companies, resolve
from pipeline.store.rows import CompanyRow

LINE = "2025-10-{day:02} supply {status} | supplier=Envision, customer=OpenMind | GB300 | USD 5e9"


def one(*reports, **context):
    (deal,) = resolve(reports, **context)
    return deal


def test_forty_reprints_are_one_voice():
    reprints = [
        report(f"r{n}", LINE.format(day=6, status="announced"), origin="wire:Reuters") for n in range(40)
    ]
    single = one(reprints[0])
    copied = one(*reprints)
    other = one(*reprints, report("own", LINE.format(day=7, status="announced"), origin="desk"))
    assert (copied.origins, copied.confidence) == (1, single.confidence)
    assert other.origins == 2
    assert other.confidence > copied.confidence
    assert len(copied.reports) == 40


def test_confidence_never_reaches_certainty():
    deal = one(*(report(f"r{n}", LINE.format(day=6, status="announced"), confidence=0.95) for n in range(30)))
    assert 0.95 < deal.confidence <= 0.99


def test_a_reprinted_mistake_does_not_outvote_two_who_say_otherwise():
    wrong = "2025-10-06 compute announced | supplier=Envision, customer=OpenMind | GB300 | USD 5e9"
    copies = [report(f"w{n}", wrong, origin="wire:Reuters") for n in range(9)]
    deal = one(*copies, *(report(f"r{n}", LINE.format(day=7, status="announced")) for n in range(2)))
    assert deal.type == "supply"


def test_a_slip_of_one_reader_among_many_is_left_out():
    slip = "2025-10-06 supply announced | supplier=Envision, supplier=Weather, customer=OpenMind | | USD 5e9"
    many = [report(f"r{n}", LINE.format(day=6, status="announced")) for n in range(8)]
    names = [party.name for party in one(*many, report("slip", slip)).parties]
    assert names == ["Envision", "OpenMind"]
    assert "Weather" in [party.name for party in one(many[0], report("slip", slip)).parties]


def test_sizes_are_listed_once_and_vague_ones_give_way():
    deal = one(
        report(
            "a", "2025-10-06 supply announced | supplier=Envision, customer=OpenMind | | W 10e9, USD 100e9"
        ),
        report(
            "b", "2025-10-07 supply announced | supplier=Envision, customer=OpenMind | | W 1e9.., USD 100.5e9"
        ),
    )
    assert [(s.kind, s.min) for s in deal.sizes] == [("money", Decimal("100e9")), ("power", Decimal("10e9"))]


def test_money_is_converted_at_the_day_of_the_first_report():
    asked = []

    def to_usd(amount, currency, on):
        asked.append((currency, on))
        return amount * 2 if currency == "EUR" else None

    deal = one(
        report(
            "a", "2025-10-06 supply announced | supplier=Envision, customer=OpenMind | | EUR 5e9, KRW 7e12"
        ),
        report("b", "2025-10-09 supply announced | supplier=Envision, customer=OpenMind | | EUR 5e9"),
        to_usd=to_usd,
    )
    euro, won = deal.sizes
    assert (euro.usd_min, euro.usd_max, won.usd_max) == (Decimal("1e10"), Decimal("1e10"), None)
    assert ("EUR", date(2025, 10, 6)) in asked


def test_a_currency_with_a_rate_is_compared():
    in_euro = report("a", "2025-10-06 supply announced | supplier=Envision, customer=OpenMind | | EUR 5e9")
    in_dollars = "2025-10-06 supply announced | supplier=Envision, customer=OpenMind | | USD {}"
    rate = {"to_usd": lambda amount, currency, on: amount * Decimal("1.16")}
    assert len(resolve([in_euro, report("b", in_dollars.format("5.9e9"))], **rate)) == 1
    assert len(resolve([in_euro, report("b", in_dollars.format("40e9"))], **rate)) == 2


def test_roles_are_told_in_the_terms_of_the_deal():
    deal = one(
        report(
            "a",
            "2025-04-08 acquisition announced | acquirer=SoftHarbor, seller=Shapu, target=Saka | | JPY 1e11",
        ),
        report("b", "2025-04-08 acquisition announced | acquirer=SoftHarbor, seller=Shapu | | JPY 1e11"),
        report("c", "2025-04-08 datacenter announced | customer=SoftHarbor, supplier=Shapu | | JPY 1e11"),
    )
    assert deal.type == "acquisition"
    assert {p.name: p.role for p in deal.parties} == {
        "SoftHarbor": "acquirer",
        "Saka": "target",
        "Shapu": "seller",
    }


def test_alternatives_of_a_report_fit_each_other():
    deal = one(
        report(
            "a", "2025-10-06 manufacturing|codevelopment announced | partner=Amkore, partner=Infinitec | |"
        )
    )
    assert deal.type == "codevelopment"
    deal = one(
        report(
            "a",
            "2025-10-06 manufacturing announced | supplier|partner=Amkore, customer|partner=Infinitec | |",
        )
    )
    assert [p.role for p in deal.parties] == ["supplier", "customer"]


COMPANIES = Companies.of(
    [
        CompanyRow("tsnc", "TSNC", "foundry", "tw", aliases=("台积电", "Taiwan Semi")),
        CompanyRow("sj-group", "SJ Group", "", "KR"),
        CompanyRow("sj-hynex", "SJ Hynex", "memory", "KR", parent="sj-group"),
        CompanyRow("sj-telecom", "SJ Telecom", "telecom", "KR", parent="sj-group", aliases=("Common",)),
        CompanyRow("other", "Other", "", "US", aliases=("Common",)),
    ]
)


def test_knowledge_joins_scripts_and_groups_but_not_sisters():
    def groups(*lines):
        return len(resolve([report(f"r{n}", line) for n, line in enumerate(lines)], companies=COMPANIES))

    line = "2025-10-06 supply announced | supplier={}, customer=OpenMind | | chip 5e4"
    assert groups(line.format("台积电"), line.format("TSNC")) == 1
    assert groups(line.format("SJ Group"), line.format("SJ Hynex")) == 1
    assert groups(line.format("SJ Telecom"), line.format("SJ Hynex")) == 2
    assert COMPANIES.countries["tsnc"] == "TW"
    assert "common" not in COMPANIES.keys  # two companies claim it
    (deal,) = resolve([report("a", line.format("台积电"))], companies=COMPANIES)
    assert (deal.parties[0].name, deal.parties[0].key) == ("TSNC", "tsnc")


def test_a_ring_of_parents_ends():
    ring = Companies(parents={"a": "b", "b": "a"})
    assert ring.line("a") == ["a", "b"]


def test_words_that_name_nobody_join_nothing():
    lines = ["2025-10-0{} supply announced | supplier=Envision, customer={}/the startup/同社 | |"] * 2
    reports = [
        report(f"r{n}", line.format(n + 1, name))
        for n, (line, name) in enumerate(zip(lines, ("Wavelet", "Tesselate"), strict=True))
    ]
    assert len(resolve(reports)) == 2


def test_new_ids_are_not_those_of_deals_that_were_joined():
    a = report("a", LINE.format(day=6, status="announced"))
    b = report("b", LINE.format(day=7, status="announced"))
    assert one(a, b, known={("b", 0): "d-old"}).id == "d-old"
    fresh = one(a).id
    # the id that a would get belongs to another deal already
    apart = replace(report("c", "2025-10-06 supply announced | supplier=X1, customer=Y1 | |"), index=0)
    ids = {deal.id for deal in resolve([a, apart], {("c", 0): fresh})}
    assert len(ids) == 2
    assert fresh in ids
    assert {d.reports[0].article_id: d.id for d in resolve([a, apart], {("c", 0): fresh})}["c"] == fresh
