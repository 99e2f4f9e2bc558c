"""What is to be said and offered from the next visit on: put here by the configuration's task, taken between visits."""

from __future__ import annotations

from contract.contents import Contents


class Shelf:
    """Holds one whole Contents at a time; exchanging it is one assignment, so nobody ever sees half of one."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents

    def put(self, contents: Contents) -> None:
        self.contents = contents
