"""The sign-in cookie of a request outside the page's own connection.

Streamlit hands custom routes no user. Its own reader of the cookie is private, so it is called
here only, and a test holds it to what is expected of it.
"""

import json
from typing import Any

from starlette.requests import Request
from streamlit.web.server.starlette.starlette_auth_routes import _get_cookie_value_from_request
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME


def read_claims(request: Request) -> dict[str, Any]:
    """Give what the signed cookie of a request holds; nothing if it is missing or forged."""
    signed = _get_cookie_value_from_request(request, USER_COOKIE_NAME)
    try:
        claims = json.loads(signed) if signed else {}
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}
