"""Which screen shows which view: one line a view. A screen's module is imported when its view is shown first, or in
the quiet after the first picture; the idle screen has nothing else to wait for."""

from __future__ import annotations

import importlib
from typing import Any, Final, cast

from kiosk import questions, viewfinder, views
from kiosk.views import View
from screens.base import Compose

SCREENS: Final[dict[type[View[Any]], tuple[str, str]]] = {
    views.Attract: ("screens.attract", "AttractScreen"),
    views.Menu: ("screens.menu", "MenuScreen"),
    views.ItemList: ("screens.item_list", "ItemListScreen"),
    views.Guide: ("screens.guide", "GuideScreen"),
    views.AskProof: ("screens.ask_proof", "AskProofScreen"),
    views.PinPad: ("screens.pin_pad", "PinPadScreen"),
    views.Countdown: ("screens.countdown", "CountdownScreen"),
    questions.ChoiceQuestion: ("screens.questions.choice", "ChoiceScreen"),
    questions.NumberQuestion: ("screens.questions.number", "NumberScreen"),
    questions.CodeQuestion: ("screens.questions.code", "CodeScreen"),
    questions.Confirm: ("screens.confirm", "ConfirmScreen"),
    views.Progress: ("screens.progress", "ProgressScreen"),
    views.RecordsView: ("screens.records", "RecordsScreen"),
    views.ListingView: ("screens.listing", "ListingScreen"),
    views.DetailView: ("screens.detail", "DetailScreen"),
    views.QrView: ("screens.qr", "QrScreen"),
    viewfinder.Viewfinder: ("screens.viewfinder", "ViewfinderScreen"),
    views.ResultView: ("screens.result", "ResultScreen"),
    views.RatingView: ("screens.rating", "RatingScreen"),
    views.MessageView: ("screens.message", "MessageScreen"),
    views.TakeAway: ("screens.take_away", "TakeAwayScreen"),
    views.StillThere: ("screens.still_there", "StillThereScreen"),
    views.Resting: ("screens.rest", "RestScreen"),
}


class Registry:
    """The screens of one window. ``add`` registers what needs more than a view (the words screen its pinyin)."""

    def __init__(self) -> None:
        self._made: dict[type[View[Any]], Compose] = {}

    def add(self, kind: type[View[Any]], compose: Compose) -> None:
        self._made[kind] = compose

    def __getitem__(self, kind: type[View[Any]]) -> Compose:
        """Raises KeyError for a view that no screen shows."""
        if kind not in self._made:
            module, name = SCREENS[kind]
            self._made[kind] = cast(Compose, getattr(importlib.import_module(module), name))
        return self._made[kind]

    def waiting(self) -> list[type[View[Any]]]:
        """Kinds whose module has not been imported yet."""
        return [kind for kind in SCREENS if kind not in self._made]
