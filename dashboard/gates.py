"""The gate before everything that a view may read or do: who asks, and may they?

A gate stands outside any cache, so that a finding which somebody's allowed look left in a cache
is not handed to somebody who may not have it.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import access
from dashboard.permissions import Permission, acting_as, is_bound, needs

_Given = ParamSpec("_Given")
_Back = TypeVar("_Back")


def gate(
    *permissions: Permission,
) -> Callable[[Callable[_Given, _Back]], Callable[_Given, _Back]]:
    """State what a function for views needs (any one of the permissions); check it every time.

    In a Streamlit session in which nobody is bound yet, such as the rerun of a fragment or a
    callback, the person of that session acts; elsewhere whoever is bound already. Stands
    outermost, above ``st.cache_data`` and ``st.cache_resource``.
    """

    def wrap(function: Callable[_Given, _Back]) -> Callable[_Given, _Back]:
        checked = needs(*permissions)(function)

        @functools.wraps(checked)
        def at_gate(*args: _Given.args, **kwargs: _Given.kwargs) -> _Back:
            if is_bound() or get_script_run_ctx(suppress_warning=True) is None:
                return checked(*args, **kwargs)
            with acting_as(access.session_actor()):
                return checked(*args, **kwargs)

        return at_gate

    return wrap
