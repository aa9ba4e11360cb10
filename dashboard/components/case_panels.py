"""Pieces of the Cases page: which part, which case and why, and the forms of one case."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components import case_tables
from dashboard.messages import say_count, say_counting_day
from dashboard.services import cases
from dashboard.services.audit import REASONS
from dashboard.services.case_changes import LONGEST_TEXT
from dashboard.services.case_radar import Radar
from dashboard.services.cases import CaseFile, CaseList, Configuration
from geodata.calendar import say_date

LIST, CASE, RADAR, STANDARDS = "list", "case", "radar", "standards"
PARTS = {
    LIST: "Case list",
    CASE: "One case",
    RADAR: "Case review radar",
    STANDARDS: "Service standards",
}
PART_KEY, OPEN_KEY, SAID, LINK = "cases_part", "cases_open", "cases_said", "case"
BAR_HEIGHT = 48
WIDE = {
    "Case": st.column_config.TextColumn(width=90),
    "Review": st.column_config.TextColumn(width=415),
    "Risk": st.column_config.TextColumn(width=90),
    "Standards late": st.column_config.NumberColumn("Late", width=50, format="localized"),
    "District": st.column_config.TextColumn(width=125),
    "Owner": st.column_config.TextColumn(width=175),
    "Standard": st.column_config.TextColumn(width=420),
    "Days late": st.column_config.NumberColumn(width=80, format="localized"),
}
"""Widths in pixels that show every column beside the filters at 1366 pixels."""
UNSEEN = ("Opened", "Status", "Lead agency")
"""Columns of the download that the list leaves out: a filter or the head of a case says them."""


def say_done(sentence: str, beside: str = "") -> None:
    """Run the page again and say there what was done, beside the form of this name."""
    st.session_state[SAID] = (beside, sentence)
    st.rerun()


def show_said(beside: str = "") -> None:
    """Show what the form of this name did in the run before."""
    said = st.session_state.get(SAID)
    if said and said[0] == beside:
        del st.session_state[SAID]
        st.success(said[1], icon=":material/check:")


def ask_part(*, whole: bool) -> str:
    """Ask which part of the page to show; the radar only for those who see all cases."""
    parts = [part for part in PARTS if whole or part != RADAR]
    if st.session_state.get(PART_KEY) not in parts:
        linked = st.query_params.get("part", "")
        case = st.query_params.get(LINK, "")
        st.session_state[PART_KEY] = linked if linked in parts else CASE if case else LIST
    chosen = st.segmented_control(
        "Part of the page", parts, format_func=PARTS.get, key=PART_KEY,
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    st.query_params["part"] = chosen or LIST
    return chosen or LIST


def ask_day(day: dt.date) -> dt.date:
    """Ask for the day that clocks are read on."""
    with st.sidebar:
        chosen: dt.date = st.date_input(
            "As at", day, max_value=max(day, dt.date.today()), format="DD/MM/YYYY",
            key="cases_day",
        )  # fmt: skip
    chosen = chosen or day
    st.caption(
        say_counting_day(day)
        if chosen == day
        else f"{say_date(chosen)} counts as today: it was chosen at the side."
    )
    return chosen


def show_status(configuration: Configuration) -> None:
    """Show whether the risk matrix is policy."""
    mark = "●" if configuration.signed_on else "▲"
    st.markdown(f"{mark} {cases.say_status(configuration)}")


def ask_sign_off(configuration: Configuration, sign: Callable[[str], None]) -> None:
    """Offer the sign-off of the risk matrix as it is shown, until it is signed off."""
    if configuration.signed_on is not None:
        return
    with st.expander("Sign the risk matrix off as local policy"):
        matrix = configuration.matrix
        st.markdown(
            f"Version '{matrix.version}', from {say_date(matrix.valid_from)}. Source: "
            f"{matrix.source}. {len(matrix.questions)} questions, at most {matrix.most_points} "
            f"points; medium from {matrix.bands[1].lowest}, high from {matrix.bands[2].lowest}. "
            "Any later change of the file makes it unsigned again."
        )
        with st.form("sign_off"):
            sure = st.checkbox("I have read it and may make it policy here")
            if st.form_submit_button("Sign off") and sure:
                sign(matrix.content_hash)
                say_done("The risk matrix is signed off under your name.")


def pick_cases(found: CaseList, districts: Mapping[str, str]) -> pd.DataFrame:
    """Show the filters of the list at the side and give the rows they leave."""
    rows = found.table
    with st.sidebar:
        show = st.selectbox("Cases", ["Open", "Overdue", "All"], key="cases_show")
        band = st.selectbox("Risk", ["Any", "high", "medium", "standard", "not recorded"])
        agencies = sorted({name for name in rows["lead_agency"] if name})
        agency = st.selectbox("Lead agency", ["Any", *agencies])
        codes = sorted({code for code in rows["district_code"] if code})
        district = st.selectbox(
            "District", ["Any", *codes], format_func=lambda code: districts.get(code, code)
        )
    keep = pd.Series(True, index=rows.index)
    if show != "All":
        keep &= rows["is_open"].astype(bool)
    if show == "Overdue":
        keep &= rows["review"] == "overdue"
    wanted = {"band_high": band, "lead_agency": agency, "district_code": district}
    for column, value in wanted.items():
        if value != "Any":
            keep &= rows[column] == value
    return rows[keep].reset_index(drop=True)


def show_rows(table: pd.DataFrame, keys: list[int], key: str) -> None:
    """Show a table whose rows lead to a case, under the button that goes there."""
    above = st.container(height=BAR_HEIGHT, border=False, vertical_alignment="center")
    chosen = st.dataframe(
        table, hide_index=True, selection_mode="single-row", on_select="rerun", key=key,
        column_config=WIDE, column_order=[name for name in table if name not in UNSEEN],
    )  # fmt: skip
    rows = [row for row in chosen["selection"]["rows"] if row < len(keys)]
    if rows:
        name = table["Case"].iloc[rows[0]]
        above.button(f"Go to {name}", type="primary", on_click=go, args=(keys[rows[0]],))
    else:
        above.caption("Choose a row to go to its case.")


def go(case_key: int) -> None:
    """Show one case in the next run."""
    st.session_state[PART_KEY] = CASE
    st.query_params[LINK] = str(case_key)
    st.session_state.pop("cases_pick", None)


def ask_case(found: CaseList, open_case: Callable[[int, str, str], int]) -> tuple[int, int] | None:
    """Ask which case and why; give its number and that of the logged look, once it is open."""
    names = dict(zip(found.table["id"].astype(int), found.table["case_id"], strict=True))
    linked = st.query_params.get(LINK, "")
    start = int(linked) if linked.isdecimal() else 0
    keys = list(names)
    if start and start not in names:
        # Asked all the same, so that it is answered as the service answers everybody.
        keys = [start, *keys]
    if not keys:
        return None
    if st.session_state.get("cases_pick") not in keys:
        st.session_state["cases_pick"] = start if start in keys else keys[0]
    left, middle, right = st.columns([2, 3, 3], vertical_alignment="bottom")
    case_key = left.selectbox(
        "Case", keys, format_func=lambda key: names.get(key, f"No. {key}"), key="cases_pick"
    )
    st.query_params[LINK] = str(case_key)
    held = st.session_state.get(OPEN_KEY)
    if held and held[0] == case_key:
        middle.caption("Your look at this case is logged and holds for 12 hours.")
        if right.button("Stop viewing"):
            st.session_state.pop(OPEN_KEY)
            st.rerun()
        return int(held[0]), int(held[1])
    reason = middle.selectbox(
        "Why do you look at it?", ["", *REASONS],
        format_func=lambda code: REASONS.get(code, "Pick a reason"), key="cases_reason",
    )  # fmt: skip
    if right.button("Open the case", type="primary"):
        number = open_case(case_key, reason, "")
        st.session_state[OPEN_KEY] = (case_key, number)
        st.rerun()
    st.info("Pick a reason to open the case; the look is logged.", icon=":material/lock:")
    return None


def show_head(file: CaseFile) -> None:
    """Show what a case is, how risky, and its review clocks."""
    left, right = st.columns(2)
    row = file.row
    left.markdown(f"## {row['case_id']}")
    left.markdown(case_tables.say_case(file))
    left.markdown(case_tables.say_risk(file))
    right.markdown("**Review clocks**")
    clocks = [clock.words for clock in file.reviews.clocks] or [file.reviews.words]
    right.markdown("\n".join(f"- {words}" for words in clocks))
    if pd.notna(row["last_review"]) and row["is_open"]:
        right.caption(
            f"The case system's last review, {say_date(row['last_review'].date())}, starts "
            "every clock anew: it does not say at which level."
        )


def show_standards(
    file: CaseFile, configuration: Configuration, store: Callable[..., None] | None
) -> None:
    """Show the 13 service standards of a case, with the form that ends one."""
    steps = file.steps
    st.dataframe(
        case_tables.step_table(steps), hide_index=True, height=38 + 35 * len(steps),
        column_config={"Standard": st.column_config.TextColumn(width=380)},
    )  # fmt: skip
    st.caption(f"{case_tables.KEY_OF_STEPS} {case_tables.say_days(configuration)}")
    if store is None:
        return
    texts = configuration.standards.texts
    which = st.selectbox("Standard to change", list(texts), format_func=texts.get)
    row = steps[steps["standard"] == which].iloc[0]
    with st.form(f"standard_{file.row['id']}_{which}"):
        one, two, three = st.columns(3)
        done = one.date_input("Met on", _day(row["done"]), format="DD/MM/YYYY")
        due = two.date_input("Due", _day(row["due"]), format="DD/MM/YYYY")
        agency = three.text_input("Agency", row["agency"], max_chars=100)
        reason = st.text_input(
            "If it is not possible: how that was explained", row["not_possible"],
            max_chars=LONGEST_TEXT,
        )  # fmt: skip
        if st.form_submit_button("Save the standard"):
            store(
                int(file.row["id"]), which, agency=agency, due=due, done=done,
                not_possible=reason, seen=(_day(row["done"]), row["not_possible"]),
            )  # fmt: skip
            say_done("The standard is saved.", "standard")
    show_said("standard")


def show_updates(
    file: CaseFile,
    levels: tuple[str, ...],
    add: Callable[[int, str], int],
    review: Callable[[int, str, str], int] | None,
) -> None:
    """Show the updates of a case, with the form that adds one or records a review."""
    key = int(file.row["id"])
    with st.form(f"update_{key}", clear_on_submit=True):
        text = st.text_area("What happened, or what was decided", max_chars=LONGEST_TEXT, height=90)
        level = ""
        if review is not None:
            level = st.selectbox(
                "Record it as", ["", *levels],
                format_func=lambda name: f"{name.capitalize()} review" if name else "An update",
            )  # fmt: skip
        st.caption("The text is kept encrypted and is never shown on a map or in a download.")
        if st.form_submit_button("Add"):
            if level and review is not None:
                review(key, level, text)
            else:
                add(key, text)
            say_done("It is added to the case.", "update")
    show_said("update")
    for head, text in case_tables.update_lines(file.updates):
        st.markdown(f"**{head}**")
        st.text(text)


def show_review(
    file: CaseFile,
    tell: Callable[..., None],
    open_review: Callable[[int, str, dt.date], None] | None,
) -> None:
    """Show whether the victim may ask for a case review, and when they were told."""
    key, state = int(file.row["id"]), file.review_state
    if state is None:
        st.info("No victim is recorded for this case, so a case review cannot be judged.")
        return
    st.markdown(f"**{state.words}**")
    st.caption("Staff decide; Wardlight contacts nobody.")
    told = _day(file.row["victim_told"])
    st.markdown(f"Victim told: {say_date(told) if told else 'no record'}.")
    with st.form(f"told_{key}"):
        day = st.date_input("Victim told on", told, format="DD/MM/YYYY")
        if st.form_submit_button("Save the day"):
            tell(key, day, seen=told)
            say_done("The day is saved.", "told")
    show_said("told")
    opened = _day(file.row["review_opened"])
    if opened:
        st.markdown(f"A senior manager opened a review on {say_date(opened)}.")
    elif file.senior_manager_may and open_review is not None:
        with st.form(f"review_{key}"):
            reason = st.text_input("Why a senior manager opens a review", max_chars=LONGEST_TEXT)
            if st.form_submit_button("Open a case review"):
                open_review(key, reason, file.on)
                say_done("The case review is opened.", "review")
    show_said("review")


def show_radar_notes(found: Radar) -> None:
    """Say how to read the radar: thresholds, both readings, who is left out."""
    if found.left_out:
        st.caption(
            f"{say_count(found.left_out, 'victim')} with several reports not listed here: "
            "they are restricted for domestic abuse, or at an address that is."
        )
    st.caption(
        "Incidents are counted on councils' looser wording; the strict reading of the law stands "
        "beside it, and staff decide. One incident told to several agencies counts once. Where a "
        "link or a day is not recorded, a range is shown and the state is 'cannot tell'. "
        "Wardlight contacts nobody."
    )
    for rule in found.rules:
        st.caption(rule)


def show_extra(extra: Mapping[str, str]) -> None:
    """Show fields of the source that Wardlight has no place for."""
    if not extra:
        st.caption("The source has no other fields of this case.")
        return
    st.dataframe(
        pd.DataFrame({"Field of the source": list(extra), "What it says": list(extra.values())}),
        hide_index=True,
    )


def _day(value: Any) -> dt.date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
