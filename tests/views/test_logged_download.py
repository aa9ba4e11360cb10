"""A logged download: made first, then logged, then offered; nothing is logged that fails."""

from streamlit.testing.v1 import AppTest


def page(fails: bool) -> None:
    import streamlit as st

    from dashboard.components import logged_download
    from geodata.errors import UserFacingError

    done = st.session_state.setdefault("done", [])

    def make() -> bytes:
        done.append("made")
        if fails:
            raise UserFacingError("The print cannot be made.", "Odd sign.", "Type it anew.")
        return b"file"

    def log(reason: str, recipient: str) -> int:
        if not recipient:
            raise UserFacingError("Say who receives it.", "None came.", "Name them.")
        done.append("logged")
        return 1

    logged_download.offer_file(
        make, "a.pdf", "application/pdf", "token", log, title="Take away", label="Download"
    )


def press(app: AppTest, recipient: str) -> AppTest:
    app.selectbox[0].set_value("tasking")
    app.text_input[0].set_value(recipient)
    return app.button[0].click().run()


def test_file_is_made_then_logged_then_offered() -> None:
    app = AppTest.from_function(page, args=(False,)).run()
    assert not app.session_state["done"], "nothing is made before it is asked for"
    app = press(app, "")
    assert "Say who receives it." in app.error[0].value and not app.get("download_button")
    app = press(app, "Council")
    assert app.session_state["done"] == ["made", "made", "logged"]
    assert app.get("download_button") and app.run().get("download_button")


def test_file_that_fails_is_not_logged_and_the_page_goes_on() -> None:
    app = press(AppTest.from_function(page, args=(True,)).run(), "Council")
    assert "cannot be made" in app.error[0].value and not app.exception
    assert app.session_state["done"] == ["made"] and not app.get("download_button")
    app = app.run()
    assert not app.error and not app.exception
