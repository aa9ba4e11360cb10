"""People: who may sign in, in which roles, and who no longer."""

import pandas as pd
import streamlit as st

from dashboard import acting, loading
from dashboard.permissions import ROLE_MEANINGS, Role

SOURCES = {
    "claim": "the sign-in provider, read at each sign-in",
    "administrator": "an administrator, here",
}
SHOWN = {
    "id": "Number",
    "name": "Name",
    "email": "Email",
    "roles": "Roles",
    "roles_from": "Roles from",
    "agency": "Agency",
    "state": "State",
    "last_seen_at": "Last use (UTC)",
}


def render() -> None:
    """Show the People page."""
    st.title("People")
    st.markdown(
        "Roles are looked up each time a page runs: a change here counts at the next thing the "
        "person does, in every open window."
    )
    people = loading.people()
    if people.empty:
        st.info("Nobody has signed in or was added yet.", icon=":material/info:")
    else:
        state = people["active"].map({True: "Active", False: "Deactivated"})
        table = people.assign(state=state)[list(SHOWN)].rename(columns=SHOWN)
        table["Roles"] = table["Roles"].replace("", "No role")
        st.dataframe(table, hide_index=True, column_config={"Last use (UTC)": _last_use()})
        _change(people)
    _add()
    with st.expander("What each role means"):
        for role, meaning in ROLE_MEANINGS.items():
            st.markdown(f"- **{role}**: {meaning}")


def _last_use() -> object:
    return st.column_config.DatetimeColumn(format="D MMMM YYYY, HH:mm")


def _change(people: pd.DataFrame) -> None:
    st.header("Change somebody")
    names = {row.id: f"{row.name} (number {row.id})" for row in people.itertuples(index=False)}
    number = st.selectbox("Person", list(names), format_func=names.get, key="person")
    person = people.set_index("id").loc[number]
    held = [role for role in Role if role in person["roles"].split(", ")]
    with st.form(f"change-{number}"):
        roles = st.multiselect("Roles", list(Role), default=held, key=f"roles-{number}")
        source = st.selectbox(
            "Where roles come from",
            list(SOURCES),
            index=list(SOURCES).index(person["roles_from"]),
            format_func=SOURCES.get,
            key=f"source-{number}",
            help="Roles given here hold only if they come from an administrator.",
        )
        agency = st.text_input("Agency of a partner", person["agency"], key=f"agency-{number}")
        active = st.checkbox("May sign in", bool(person["active"]), key=f"active-{number}")
        if st.form_submit_button("Save", type="primary"):
            acting.change_person(
                int(number),
                roles=tuple(roles) if source == "administrator" else None,
                agency=agency,
                active=active,
                roles_from=source,
            )
            st.rerun()


def _add() -> None:
    with st.expander("Add somebody before their first sign-in"), st.form("add"):
        subject = st.text_input("Subject (claim 'sub' of your sign-in provider)", key="subject")
        name = st.text_input("Name", key="new_name")
        roles = st.multiselect("Roles", list(Role), key="new_roles")
        agency = st.text_input("Agency of a partner", key="new_agency")
        if st.form_submit_button("Add"):
            acting.add_person(subject, name, tuple(roles), agency)
            st.rerun()


if __name__ == "__main__":
    render()
