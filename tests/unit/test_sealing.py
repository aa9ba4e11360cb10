"""Keys: pseudonyms go from one generation to the next, texts open with any key, files are safe."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import settings
from geodata.errors import KeyFileError
from geodata.sealing import (
    KeyRing,
    get_first_key_ring,
    get_key_ring,
    read_key_file,
    write_key_file,
)

ONE = KeyRing((b"1" * 32,))
TWO = KeyRing((b"1" * 32, b"2" * 32))
DRAFTED = KeyRing((b"1" * 32,), (b"2" * 32,))


@given(st.text(alphabet="0123456789abcdef", min_size=24, max_size=24))
def test_older_pseudonym_goes_forward_to_the_one_made_anew(digest: str) -> None:
    assert TWO.disguise(ONE.disguise(digest), since=1) == TWO.disguise(digest)
    assert TWO.disguise(digest) != ONE.disguise(digest) != digest
    assert DRAFTED.disguise(digest) == ONE.disguise(digest), "a pending key makes nothing"


@given(st.text())
def test_text_opens_with_any_later_ring_and_not_with_an_older(text: str) -> None:
    sealed = ONE.seal(text)
    assert TWO.open(sealed) == text
    again = TWO.reseal(sealed)
    assert TWO.open(again) == DRAFTED.open(again) == text
    if text:
        assert sealed != text
        with pytest.raises(KeyFileError):
            ONE.open(again)


def test_pending_key_comes_into_use_as_it_is() -> None:
    assert ONE.drafted().pending != ONE.drafted().pending
    assert DRAFTED.drafted() == DRAFTED
    assert DRAFTED.rotated() == TWO == DRAFTED.settled(2)
    assert TWO.settled(1) == DRAFTED
    assert DRAFTED.fingerprint(2) == TWO.fingerprint(2) != TWO.fingerprint(1)
    assert DRAFTED.sign("x", 2) == TWO.sign("x")


@pytest.mark.parametrize("ring", [ONE, TWO, DRAFTED])
def test_file_gives_back_the_ring_and_only_its_owner_may_read_it(
    ring: KeyRing, tmp_path: Path
) -> None:
    path = tmp_path / "folder" / "w.keys"
    write_key_file(path, ring)
    assert read_key_file(path) == ring
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "text",
    [
        "", "{}", "[]", '{"keys": []}', '{"keys": [{"secret": "ab"}]}', '{"keys": [{"secret": 1}]}',
        '{"current": 2, "keys": [{"secret": "' + "ab" * 32 + '"}]}',
        '{"current": 0, "keys": [{"secret": "' + "ab" * 32 + '"}]}',
    ],
)  # fmt: skip
def test_odd_file_is_refused_without_its_contents(text: str, tmp_path: Path) -> None:
    path = tmp_path / "w.keys"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeyFileError) as caught:
        read_key_file(path)
    assert "ab" * 8 not in str(caught.value)


def test_file_from_before_pending_keys_is_read(tmp_path: Path) -> None:
    path = tmp_path / "w.keys"
    path.write_text('{"written": "x", "keys": [{"secret": "' + "ab" * 32 + '"}]}')
    path.chmod(0o600)
    assert read_key_file(path) == KeyRing((bytes.fromhex("ab" * 32),))


def test_two_that_make_the_first_key_at_once_get_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.keys"
    write_key_file(path, ONE, new=True)
    write_key_file(path, KeyRing((b"9" * 32,)), new=True)
    assert read_key_file(path) == ONE
    name_key_file(path, monkeypatch)
    assert get_first_key_ring() == get_key_ring() == ONE


def test_only_what_was_never_keyed_has_a_file_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.keys"
    name_key_file(path, monkeypatch)
    with pytest.raises(KeyFileError, match="missing"):
        get_key_ring()
    assert not path.exists()
    assert get_first_key_ring() == get_key_ring() == read_key_file(path)


def name_key_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDLIGHT_KEY_FILE", str(path))
    settings.get_settings.cache_clear()
