"""When nobody is there the idle screen goes dark, and comes back when somebody stands there or touches it."""

from __future__ import annotations

import asyncio
import math
import time
from typing import NoReturn

from contract import limits
from kiosk.concurrency import first
from kiosk.house import House
from kiosk.views import Resting


async def rest_when_alone(house: House) -> NoReturn:
    """For ever: dark after limits.SCREEN_REST of nobody, until somebody comes or touches. Without a presence sensor a
    touch alone says that somebody is there."""
    while True:
        await _nobody(house)
        await first(house.stage.overlay(Resting()), house.bay.somebody_came())


async def _nobody(house: House) -> None:
    """Wait until nobody has been there, and nobody has touched it, for limits.SCREEN_REST."""
    left_at = -math.inf
    while True:
        if house.bay.somebody():
            await house.bay.somebody_went()
            left_at = time.monotonic()
        alone = min(house.stage.idle_seconds(), time.monotonic() - left_at)
        if alone >= limits.SCREEN_REST:
            return
        await first(asyncio.sleep(limits.SCREEN_REST - alone), house.bay.somebody_came())
