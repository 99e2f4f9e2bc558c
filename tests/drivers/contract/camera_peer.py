"""The camera's own process, looking at image files, with what can go wrong with it.

python -m tests.drivers.contract.camera_peer MOOD still PATH WIDTH HEIGHT: the file MOOD says how it is, at each frame.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from cv2.typing import MatLike

from drivers.camera import worker
from drivers.camera.frames import StillSource

MOOD = Path(sys.argv[1])


class OddSource(StillSource):
    def frame(self) -> MatLike:
        mood = MOOD.read_text()
        if mood == "silent":
            time.sleep(600)
        if mood.startswith("garbled"):
            sys.stdout.buffer.write(random.Random(mood).randbytes(64))
            sys.stdout.buffer.flush()
        return super().frame()


if __name__ == "__main__":
    worker.StillSource = OddSource  # type: ignore[attr-defined]
    sys.exit(worker.main(sys.argv[2:]))
