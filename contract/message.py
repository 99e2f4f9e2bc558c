"""The base of every message between terminal and platform (contract.wire, contract.witnessing)."""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """Base of all messages. Unknown fields are passed over, so that either side can be newer.

    A message can hold a resident's data: its repr names the type and nothing else.
    """

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
