"""The mix of segments in a ward, and the small areas that a classification lacks."""

import pandas as pd
import pytest

from analytics.worry.mix import carry_forward, list_small_areas, mix_of_wards

LSOAS = pd.DataFrame({"lsoa_code": ["L1", "L2", "L3"], "ward_code": ["A", "A", "B"]})
RESIDENTS = pd.DataFrame({"code": ["L1", "L2", "L3"], "residents": [1000, 3000, 500]})
PAIRS = pd.DataFrame({"from_code": ["O1", "O2", "O3"], "to_code": ["L1", "L1", "L2"]})


def test_residents_of_an_lsoa_are_shared_out_to_its_output_areas() -> None:
    areas = list_small_areas("oa", LSOAS, RESIDENTS, PAIRS)
    assert dict(zip(areas["code"], areas["residents"], strict=True)) == {
        "O1": 500, "O2": 500, "O3": 3000, "L3": 500,
    }  # fmt: skip
    assert areas["residents"].sum() == 4500, "an LSOA without output areas is not lost"


def test_missing_areas_are_listed_and_not_counted_as_zero() -> None:
    areas = list_small_areas("oa", LSOAS, RESIDENTS, PAIRS)
    segments = pd.DataFrame(
        {"code": ["O1", "O3"], "segment_code": ["6a", "7b"], "share": [1.0, 1.0]}
    )
    mix, missing = mix_of_wards(segments, areas)
    assert missing["code"].tolist() == ["O2", "L3"]
    assert missing["ward_code"].tolist() == ["A", "B"]
    shares = mix.set_index(["ward_code", "segment_code"])["share"]
    assert shares.to_dict() == {
        ("A", "6a"): pytest.approx(1 / 7),
        ("A", "7b"): pytest.approx(6 / 7),
    }
    assert "B" not in mix["ward_code"].tolist()


def test_two_classifications_load_alike() -> None:
    areas = list_small_areas("lsoa", LSOAS, RESIDENTS, PAIRS.iloc[:0])
    for codes in (["1", "2", "1"], ["coast", "town", "farm"]):
        segments = pd.DataFrame({"code": ["L1", "L2", "L3"], "segment_code": codes, "share": 1.0})
        mix, missing = mix_of_wards(segments, areas)
        assert missing.empty
        totals = mix.groupby("ward_code")["share"].sum()
        assert totals.tolist() == pytest.approx([1.0, 1.0])


def test_a_ward_without_residents_on_record_counts_its_areas_alike() -> None:
    nobody = RESIDENTS.assign(residents=0)
    areas = list_small_areas("lsoa", LSOAS, nobody, PAIRS.iloc[:0])
    segments = pd.DataFrame({"code": ["L1", "L2"], "segment_code": ["1", "2"], "share": 1.0})
    mix, _ = mix_of_wards(segments, areas)
    assert mix["share"].tolist() == [0.5, 0.5]


def test_a_classification_of_wards_is_taken_as_it_is() -> None:
    areas = list_small_areas("ward", LSOAS, RESIDENTS, PAIRS)
    segments = pd.DataFrame(
        {"code": ["A", "A", "B"], "segment_code": ["x", "y", "y"], "share": [0.3, 0.7, 1.0]}
    )
    mix, missing = mix_of_wards(segments, areas)
    assert missing.empty and mix["share"].tolist() == [0.3, 0.7, 1.0]


def test_lsoas_made_anew_get_the_class_of_those_they_were_made_from() -> None:
    segments = pd.DataFrame(
        {"code": ["old1", "old2", "kept"], "segment_code": ["1", "2", "3"], "share": 1.0}
    )
    links = pd.DataFrame(
        {"from_code": ["old1", "old2", "old1"], "to_code": ["merged", "merged", "split"]}
    )
    current = pd.Index(["merged", "split", "kept", "unknown"])
    found = carry_forward(segments, links, current).set_index(["code", "segment_code"])["share"]
    assert found.to_dict() == {
        ("kept", "3"): 1.0, ("merged", "1"): 0.5, ("merged", "2"): 0.5, ("split", "1"): 1.0,
    }  # fmt: skip
