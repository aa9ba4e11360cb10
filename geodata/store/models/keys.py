"""Table of the keys that pseudonyms and sealed texts were made with: which, never the keys."""

from sqlmodel import Field

from geodata.store.models.foundation import Table


class KeyState(Table, table=True):
    """The generation of keys that the whole database is in: one row.

    Generation 0 stands for digests from before there were keys. The fingerprint tells a wrong
    key file; no key can be got from it.
    """

    __tablename__ = "key_state"

    id: int = Field(default=1, primary_key=True)
    generation: int
    fingerprint: str
