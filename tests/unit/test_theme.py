"""A shared screen has larger text on charts and maps; any other keeps the usual sizes."""

import altair as alt
import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.components import charts, maps
from dashboard.components.classes import classify


def sizes(spec: object) -> list[float]:
    """Every size of text that a chart's description names, at any depth."""
    if isinstance(spec, dict):
        own = [value for name, value in spec.items() if name.lower().endswith("fontsize")]
        return own + [size for value in spec.values() for size in sizes(value)]
    if isinstance(spec, list):
        return [size for value in spec for size in sizes(value)]
    return []


def nested() -> dict[str, object]:
    base = alt.Chart(pd.DataFrame({"a": [1, 2]})).encode(x="a:Q")
    words = alt.layer(base.mark_text(fontSize=11), base.mark_rule())
    return charts.finish(alt.layer(words, base.mark_text()), "Title", "Said").to_dict()


def legend() -> dict[str, object]:
    classes = classify(np.arange(30.0), np.ones(30, dtype=bool), "count")
    return charts.legend_chart(classes, "Title", "wards", marked=True).to_dict()


def test_every_text_of_a_chart_is_at_least_16_px_on_a_shared_screen() -> None:
    for draw in (nested, legend):
        usual = sizes(draw())
        with theme.enlarged(True):
            large = sizes(draw())
        assert len(large) == len(usual) >= 6
        assert min(large) >= 16 and min(usual) < 14
        assert sizes(draw()) == usual


def test_text_of_maps_is_larger_too() -> None:
    frame = pd.DataFrame({"name": ["A"], "longitude": [0.5], "latitude": [51.0], "rank": [1]})
    usual = maps.label_layer(frame, "names", 11), maps.badge_layer(frame)
    with theme.enlarged(True):
        large = maps.label_layer(frame, "names", 11), maps.badge_layer(frame)
    assert [layer.get_size for layer in usual] == [11, 13]
    assert [layer.get_size for layer in large] == [16, 17]
