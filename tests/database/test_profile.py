"""Ward profiles from the synthetic county: right figures, the same each time, nothing small out."""

import datetime as dt
import io
import math
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from typer.testing import CliRunner

from analytics.disclosure import SHOWN
from analytics.disclosure.suppression import THRESHOLD
from dashboard import cli
from dashboard.permissions import Actor, NotAllowedError, Role, acting_as, system_actor
from dashboard.reports.profile import make_pdf
from dashboard.reports.profile_words import say_headlines, say_sections
from dashboard.services import (
    area_figures,
    engagement,
    explore,
    profile,
    profile_counts,
    profile_loading,
    repeats,
    worry,
)
from dashboard.services.audit import ReasonMissingError
from dashboard.services.profile_blocks import Profile
from dashboard.services.profile_engaged import Engaged, load_engaged
from geodata.errors import UnknownAreaError
from geodata.store.audit_search import AuditFilters, search
from geodata.store.database import Database
from geodata.store.engagement import read_officers, read_priorities
from geodata.store.repeats import read_reach

ANALYST = Actor("a", "A", frozenset({Role.ANALYST}))
PARTNER = Actor("p", "P", frozenset({Role.PARTNER}))
NOTICE = "Synthetic data"


def load(database: Database, code: str, audience: str, actor: Actor = ANALYST) -> Profile:
    with acting_as(actor):
        return profile_loading.load_profile(database, code, audience, NOTICE)


@pytest.fixture(scope="module")
def busiest(small_county_database: Database) -> str:
    with acting_as(ANALYST):
        frame = explore.load_held(small_county_database).incidents
    counts = frame["ward_code"].astype(str).value_counts()
    return str(counts.drop("", errors="ignore").index[0])


@pytest.fixture(scope="module")
def operational(small_county_database: Database, busiest: str) -> Profile:
    return load(small_county_database, busiest, "operational")


@pytest.fixture(scope="module")
def partners(small_county_database: Database, busiest: str) -> Profile:
    return load(small_county_database, busiest, "partner")


def test_figures_are_those_counted_by_hand(
    small_county_database: Database, operational: Profile
) -> None:
    with acting_as(ANALYST):
        held = explore.load_held(small_county_database)
        wards = explore.load_areas(small_county_database, "ward").set_index("code")
    last = max(held.months_of(None)).ordinal
    code = operational.ward_code
    frame = held.incidents[(held.incidents["ward_code"] == code).to_numpy()]
    year = frame[(frame["month"] > last - 12) & (frame["month"] <= last)]
    before = frame[(frame["month"] > last - 24) & (frame["month"] <= last - 12)]
    asb = operational.asb
    assert asb.count == len(year)
    assert asb.rate == pytest.approx(len(year) / wards.loc[code, "residents"] * 1_000)
    assert asb.change is not None
    assert (asb.change.now, asb.change.before) == (len(year), len(before))
    assert sum(bar.count for bar in asb.bars) == len(year) + len(before)
    assert sum(count for _, count, _ in operational.categories.categories) == len(year)
    when = operational.when
    assert when.timed + when.untimed == len(year)
    assert sum(sum(row) for row in when.grid) == when.timed
    assert all(part.of == len(year) for part in operational.completeness.parts)
    counts = [place.incidents for place in operational.repeats.places]
    assert counts == sorted(counts, reverse=True) and all(n >= 2 for n in counts)


def test_profile_has_ten_blocks_with_something_in_each(operational: Profile) -> None:
    sections = say_sections(operational)
    assert [section.number for section in sections] == list(range(1, 11))
    assert all(section.lines or section.table or section.after for section in sections)
    assert len(say_headlines(operational)) == 3
    assert operational.marking == "OFFICIAL-SENSITIVE"
    assert "not recorded in Wardlight yet" in " ".join(sections[8].lines + sections[8].after)


@pytest.mark.parametrize("audience", ["operational", "partner"])
def test_same_data_give_the_same_figures_and_the_same_bytes(
    small_county_database: Database, busiest: str, audience: str
) -> None:
    first, second = (load(small_county_database, busiest, audience) for _ in range(2))
    assert repr(first) == repr(second)
    assert say_sections(first) == say_sections(second)
    assert make_pdf(first) == make_pdf(second)


def test_partner_version_is_the_release_whoever_asks(
    small_county_database: Database, busiest: str, partners: Profile
) -> None:
    assert repr(load(small_county_database, busiest, "partner", PARTNER)) == repr(partners)
    with acting_as(PARTNER):
        release = area_figures.load_release(small_county_database)
    year = next(key for key in release.periods if "Q" not in key)
    row = release.of_areas("ward", year).loc[busiest]
    if row["mark"] == SHOWN:
        assert partners.asb.count == row["count"]
    else:
        assert math.isnan(partners.asb.count) and partners.asb.note
    assert partners.marking == "OFFICIAL"
    assert not partners.repeats.places and not partners.plans.actions
    assert not partners.when.grid
    with acting_as(PARTNER):
        row = explore.load_areas(small_county_database, "ward").set_index("code").loc[busiest]
    code = row["district_code"]
    months = release.months[release.months["district_code"] == code].set_index("month")["count"]
    inside = [months[month.ordinal] for month in release.periods[year].months]
    assert [bar.count for bar in partners.when.months] == inside
    rows = release.categories
    rows = rows[(rows["district_code"] == code) & (rows["period"] == year)]
    (part,) = partners.completeness.parts
    assert (part.name, part.of) == ("Category recorded", rows["count"].sum())
    assert part.count == rows.loc[rows["category"] != "not recorded", "count"].sum()
    assert "On or near" not in repr(say_sections(partners))


def test_no_partner_profile_of_any_ward_tells_a_small_count(
    small_county_database: Database,
) -> None:
    with acting_as(PARTNER):
        wards = explore.load_areas(small_county_database, "ward")
        release = area_figures.load_release(small_county_database)
        figures = area_figures.load_repeat_figures(
            small_county_database, next(iter(release.periods.values())).last.first_day
        )
        ground = profile.Ground(wards, NOTICE, True, None)
        found = [
            profile.put_together(
                ground,
                profile.count_released(wards, (), release, figures, code),
                load_engaged(small_county_database, wards, code, None),
                profile.NO_PLANS,
            )
            for code in wards["code"]
        ]
    hidden = 0
    for one in found:
        told = [one.asb.count, one.repeats.total, *(bar.count for bar in one.asb.bars)]
        told += [count for _, count, _ in one.categories.categories]
        told += [one.repeats.of_district, *(bar.count for bar in one.when.months)]
        told += [float(part.of - part.count) for part in one.completeness.parts]
        told += [one.asb.change.now, one.asb.change.before] if one.asb.change else []
        known = [count for count in told if not math.isnan(count)]
        assert all(count >= THRESHOLD for count in known)
        hidden += math.isnan(one.asb.count)
        if math.isnan(one.asb.count):
            assert one.asb.note and math.isnan(one.asb.rate) and one.asb.change is None
    assert hidden > 10


def test_partner_cannot_have_the_operational_version(
    small_county_database: Database, busiest: str
) -> None:
    for actor in (PARTNER, ANALYST.share_screen()):
        with pytest.raises(NotAllowedError):
            load(small_county_database, busiest, "operational", actor)


def test_partner_version_refuses_a_matrix_of_counts(
    small_county_database: Database, partners: Profile
) -> None:
    class Counted:
        released = False

    class Found:
        asb = Counted()

    with acting_as(PARTNER):
        wards = explore.load_areas(small_county_database, "ward")
        release = area_figures.load_release(small_county_database)
        figures = pd.DataFrame(columns=["what", "kind", "code", "count", "note"])
        counted = profile.count_released(wards, (), release, figures, partners.ward_code)
    ground = profile.Ground(wards, NOTICE, True, Found())
    engaged = Engaged(partners.team, partners.priorities)
    with pytest.raises(ValueError, match="released figures only"):
        profile.put_together(ground, counted, engaged, profile.NO_PLANS)


def test_ward_read_alone_gives_what_the_whole_county_gives(
    small_county_database: Database,
) -> None:
    with acting_as(ANALYST):
        wards = explore.load_areas(small_county_database, "ward")
        held = explore.load_held(small_county_database)
        places = explore.load_held_wards(small_county_database)
        whole = repeats.load_repeats(small_county_database)
        reach = read_reach(small_county_database)
        assert places.months == held.months and reach.last_day == whole.last_day
        asb = worry.count_asb(held, wards)
        pd.testing.assert_frame_equal(asb.table, worry.count_asb(places, wards).table)
        for code in wards["code"][::30]:
            near = repeats.load_repeats_near(small_county_database, code)
            one, other = (
                profile_counts.find_repeat_places(data, reach, code) for data in (whole, near)
            )
            assert one == other
            alone = explore.load_ward_incidents(small_county_database, code)
            inside = held.incidents[(held.incidents["ward_code"] == code).to_numpy()]
            for name in ("month", "hour", "weekday", "force", "asb_type", "nsir_category"):
                assert alone[name].tolist() == inside[name].tolist()


def test_rank_is_a_range_that_holds_the_rank_of_the_raw_rates(
    small_county_database: Database, operational: Profile
) -> None:
    with acting_as(ANALYST):
        wards = explore.load_areas(small_county_database, "ward")
        asb = worry.count_asb(explore.load_held(small_county_database), wards)
    table = asb.table[asb.table["residents"] > 0]
    rates = table["count"] / table["residents"] * 1_000
    rank = int((rates > operational.asb.rate).sum()) + 1
    found = operational.asb
    assert 1 <= found.rank_low <= rank <= found.rank_high <= found.wards == len(table)
    for other in found.others:
        assert other.low < other.value < other.high
    county = next(other for other in found.others if other.area == "County")
    assert county.value == pytest.approx(table["count"].sum() / table["residents"].sum() * 1_000)


def test_ward_that_is_not_held_is_refused(small_county_database: Database) -> None:
    for audience in ("operational", "partner"):
        with pytest.raises(UnknownAreaError):
            load(small_county_database, "E05999999", audience)
    with pytest.raises(ValueError, match="accepted"):
        load(small_county_database, "E05999999", "public")


def test_ward_without_much_prints(operational: Profile) -> None:
    quiet = replace(operational, outline=None, priorities=replace(operational.priorities, rows=()))
    assert make_pdf(quiet).startswith(b"%PDF")


def test_wards_of_every_kind_print_on_two_pages(small_county_database: Database) -> None:
    """The busiest, the quietest, those with most to say of them or nobody, and a run of others."""
    with acting_as(ANALYST):
        wards = explore.load_areas(small_county_database, "ward")
        counts = explore.load_held(small_county_database).incidents["ward_code"].astype(str)
    by_count = counts.value_counts().drop("", errors="ignore").index.tolist()
    asked = read_priorities(small_county_database)["ward_code"].value_counts().index.tolist()
    named = set(read_officers(small_county_database)["ward_code"])
    nobody = [code for code in wards["code"] if code not in named]
    assert nobody and asked
    chosen = {by_count[0], by_count[-1], asked[0], nobody[0], *wards["code"].tolist()[::70]}
    for code in sorted(chosen):
        for audience in ("operational", "partner"):
            found = load(small_county_database, code, audience)
            assert len(PdfReader(io.BytesIO(make_pdf(found))).pages) <= 2
            if code in nobody:
                assert "Give 101" in repr(say_sections(found)[0]) or found.team.near


def test_list_of_officers_is_as_old_as_its_oldest_name_and_said_to_be_old(
    own_county: Database, busiest: str
) -> None:
    with own_county.begin() as connection:
        connection.execute(
            sa.text("UPDATE neighbourhood_officers SET as_at = '2026-01-31' WHERE id IN (SELECT "
                    "MAX(id) FROM neighbourhood_officers WHERE ward_code = :ward)"),
            {"ward": busiest},
        )  # fmt: skip
    with acting_as(ANALYST):
        wards = explore.load_areas(own_county, "ward")
        on = dt.date(2026, 5, 2)
        team = load_engaged(own_county, wards, busiest, on).team
        shown = engagement.make_team(engagement.load_officers(own_county), wards, busiest)
        assert team.as_at == shown.as_at == dt.date(2026, 1, 31)
        assert team.old == engagement.say_old(shown.as_at, on) == "This list is 91 days old."
        assert load_engaged(own_county, wards, busiest, dt.date(2026, 5, 1)).team.old == ""
        assert load_engaged(own_county, wards, busiest, None).team.old == ""


def run(*words: str) -> tuple[int, str]:
    with acting_as(system_actor("test")):
        done = CliRunner().invoke(cli.app, list(words))
    return done.exit_code, done.output + str(done.exception or "")


def test_command_writes_the_print_and_logs_who_receives_it(
    own_county: Database, busiest: str, tmp_path: Path
) -> None:
    target = tmp_path / "ward.pdf"
    url = own_county.url
    code, said = run("profile", busiest, "--database", url, "--out", str(target))
    assert code == 0, said
    assert "partner version written" in said
    assert target.read_bytes().startswith(b"%PDF")
    events = search(own_county, AuditFilters(record_kind="ward profile")).frame
    assert events["record_key"].tolist() == [busiest]
    assert events["event"].tolist() == ["disclosure"]
    assert re.search("partners", events["recipient"].iloc[0])


def test_command_wants_a_reason_and_a_recipient_for_the_operational_version(
    own_county: Database, busiest: str, tmp_path: Path
) -> None:
    words = ["profile", busiest, "--database", own_county.url, "--audience",
             "operational", "--out", str(tmp_path / "w.pdf")]  # fmt: skip
    code, said = run(*words)
    assert code and "who receives it" in said
    code, said = run(*words, "--reason", "curiosity", "--recipient", "Somebody")
    assert code and "accepted: call_handling" in said
    code, said = run("profile", busiest, "--audience", "public")
    assert code and "accepted: operational, partner" in said
    assert not list(tmp_path.glob("*.pdf"))


def test_print_is_not_logged_without_a_reason(own_county: Database) -> None:
    with acting_as(ANALYST), pytest.raises(ReasonMissingError):
        profile.log_print(own_county, "E05000001", "partner", "", "Somebody")
