"""Who may do what: the table, the check, and who is bound to what runs."""

import threading

import pytest

from dashboard.permissions import (
    HANDED,
    ROLE_MEANINGS,
    TABLE,
    Actor,
    NotAllowedError,
    Permission,
    Role,
    acting_as,
    acting_as_nobody,
    current_actor,
    handed,
    is_bound,
    needs,
    require,
    stated,
)

PERSONAL = {
    Permission.SEE_REPEATS, Permission.SEE_ADDRESS, Permission.CHECK_CALL,
    Permission.SEE_CALLERS, Permission.SEE_CALLER_NAMES, Permission.SEE_CASES,
}  # fmt: skip


def actor_with(*roles: Role, sharing: bool = False) -> Actor:
    return Actor("test:someone", "someone", frozenset(roles), sharing_screen=sharing)


def test_every_role_has_a_line_and_a_meaning_and_every_permission_a_holder() -> None:
    assert set(TABLE) == set(ROLE_MEANINGS) == set(Role)
    assert set().union(*TABLE.values()) == set(Permission)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER, Role.ADMINISTRATOR])
def test_role_without_the_need_sees_no_person_and_no_count_as_it_is(role: Role) -> None:
    assert not TABLE[role] & (PERSONAL | {Permission.SEE_COUNTS})


def test_names_of_callers_are_for_engage_only() -> None:
    holders = {role for role, held in TABLE.items() if Permission.SEE_CALLER_NAMES in held}
    assert holders == {Role.ENGAGE}


def test_each_duty_is_kept_apart() -> None:
    assert {r for r in Role if Permission.SEARCH_AUDIT in TABLE[r]} == {Role.SUPERVISOR}
    assert {r for r in Role if Permission.ERASE in TABLE[r]} == {Role.ADMINISTRATOR}
    assert {r for r in Role if Permission.MANAGE_PEOPLE in TABLE[r]} == {Role.ADMINISTRATOR}


def test_sharing_a_screen_leaves_released_figures_and_gives_nothing_new() -> None:
    everyone = actor_with(*Role)
    left = {p for p in Permission if everyone.share_screen().may(p)}
    assert left == {
        Permission.SEE_RELEASED,
        Permission.SEE_RELEASED_LSOA,
        Permission.SEE_WORRY,
        Permission.SEE_PRIORITIES,
    }
    engage = actor_with(Role.ENGAGE, sharing=True)
    assert not engage.may(Permission.SEE_RELEASED_LSOA), "sharing adds no permission"
    assert everyone.share_screen().share_screen(False) == everyone


def test_somebody_without_a_role_may_nothing() -> None:
    assert not any(actor_with().may(permission) for permission in Permission)


def test_refusal_says_which_roles_may_and_what_to_do() -> None:
    with acting_as(actor_with(Role.PARTNER)), pytest.raises(NotAllowedError) as refused:
        require(Permission.SEARCH_AUDIT)
    assert "supervisor" in refused.value.detail and refused.value.next_step
    with acting_as(actor_with(*Role, sharing=True)), pytest.raises(NotAllowedError) as refused:
        require(Permission.SEARCH_AUDIT)
    assert "share your screen" in refused.value.title


def test_any_one_of_several_permissions_suffices_and_the_check_comes_first() -> None:
    done = []

    @needs(Permission.IMPORT, Permission.SEE_COUNTS)
    def act(what: str) -> str:
        done.append(what)
        return what

    for role in (Role.ADMINISTRATOR, Role.SERGEANT):
        with acting_as(actor_with(role)):
            assert act(role) == role
    with acting_as(actor_with(Role.VIEWER)), pytest.raises(NotAllowedError):
        act("viewer")
    assert done == [Role.ADMINISTRATOR, Role.SERGEANT]
    assert stated(act) == (Permission.IMPORT, Permission.SEE_COUNTS)
    assert stated(handed(lambda: None)) == HANDED and stated(lambda: None) is None


def test_who_acts_ends_with_the_block_even_after_an_error() -> None:
    with acting_as_nobody():
        with pytest.raises(KeyError), acting_as(actor_with(Role.ANALYST)):
            raise KeyError
        assert not is_bound()
        with pytest.raises(NotAllowedError):
            current_actor()
        with acting_as(actor_with(Role.ANALYST)) as outer:
            with acting_as(actor_with(Role.VIEWER)) as inner:
                assert current_actor() == inner
            with acting_as_nobody():
                assert not is_bound()
            assert current_actor() == outer


def test_another_thread_acts_as_nobody() -> None:
    found: list[bool] = []
    with acting_as(actor_with(Role.ANALYST)):
        thread = threading.Thread(target=lambda: found.append(is_bound()))
        thread.start()
        thread.join()
    assert found == [False]
