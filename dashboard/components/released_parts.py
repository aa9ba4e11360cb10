"""What the Released figures page says and shows besides its map and table."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard.components import charts
from dashboard.messages import say_count
from dashboard.services.area_figures import AreaFigures


def say_figures(found: AreaFigures, place: str, word: str) -> str:
    """Say in a sentence what is shown and what is not."""
    first = found.table[found.table["shown"]].sort_values("value", ascending=False).head(1)
    highest = ""
    if len(first) and first["value"].notna().all():
        highest = f" Highest: {first['name'].iloc[0]}."
    hidden = ""
    if found.small or found.withheld:
        hidden = (
            f" {say_count(found.small, word)} with fewer than 5 incidents; "
            f"{say_count(found.withheld, word)} withheld so that no total gives a small "
            "count away."
        )
    if found.yearly:
        hidden += f" {say_count(found.yearly, word)} with figures by year only."
    return f"{found.total} ASB incidents in {place}, {found.period.label}.{highest}{hidden}"


def say_figure(count: float, note: str) -> str:
    """Say a released count, or in the same place why there is none."""
    return note.lower() if pd.isna(count) else f"{count:,.0f}"


def show_table(table: pd.DataFrame) -> None:
    """Show a released table: where there is no figure the cell says why."""
    st.dataframe(
        table.assign(
            Rank=[say_figure(rank, "–") for rank in table["Rank"]],
            Incidents=[
                say_figure(*pair) for pair in zip(table["Incidents"], table["Note"], strict=True)
            ],
        ).drop(columns="Note"),
        hide_index=True, height=320,
        column_config={"Residents": st.column_config.NumberColumn(format="localized")},
    )  # fmt: skip


def show_months(months: pd.DataFrame, place: str) -> None:
    """Show the released months of a district; months not shown are gaps, and said."""
    if months.empty:
        return
    span = (str(months["month"].iloc[0].date()), str(months["month"].iloc[-1].date()))
    st.altair_chart(
        charts.month_chart(months.dropna(), f"Incidents by month in {place}", span), theme=None
    )
    gaps = months[months["incidents"].isna()]
    if len(gaps):
        st.caption(f"Not shown, to protect small counts: {', '.join(gaps['label'])}.")


def show_categories(categories: pd.DataFrame, period: str) -> None:
    """Show the released categories of a year."""
    if "Q" in period:
        st.caption("Categories are released by district and calendar year only.")
    elif not categories.empty:
        st.markdown("**By category**")
        pairs = zip(categories["incidents"], categories["note"], strict=True)
        st.dataframe(
            pd.DataFrame(
                {
                    "Category": categories["category"].str.capitalize(),
                    "Incidents": [say_figure(*pair) for pair in pairs],
                }
            ),
            hide_index=True, width="content",
        )  # fmt: skip


def show_repeats(found: pd.DataFrame, district: str | None, names: Mapping[str, str]) -> None:
    """Show released numbers of repeat places and victims, by district or by ward of one."""
    st.markdown("**Repeat places and repeat victims**")
    if found.empty:
        st.markdown(
            "Cannot be counted: no addresses and no victims are held. Open data do not hold them."
        )
        return
    kind = "ward" if district else "district"
    rows = found[found["kind"] == kind]
    if district:
        rows = rows[rows["district_code"] == district]
    said = rows.assign(
        said=[say_figure(*pair) for pair in zip(rows["count"], rows["note"], strict=True)]
    )
    table = said.pivot(index="code", columns="what", values="said")
    order = rows[rows["what"] == "places"].sort_values("count", ascending=False)["code"]
    table = table.reindex(order)
    st.caption(
        "Places and people with more than one incident in the 12 calendar months up to the end "
        "of the newest quarter. Places where domestic abuse is known are left out."
    )
    st.dataframe(
        pd.DataFrame(
            {
                "Ward" if district else "District": [names.get(code, code) for code in table.index],
                "Repeat places": table["places"],
                "Repeat victims": table["victims"],
            }
        ),
        hide_index=True, height=260,
    )  # fmt: skip
