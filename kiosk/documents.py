"""A document of a form: by which way its pages come (the camera here, the resident's telephone), or that the original
goes to the counter. Nothing of a page is ever here in clear but the picture on the screen."""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass, field

from contract import limits
from contract.answers import documents, pages_of
from contract.catalogue import Item
from contract.faults import Fault
from contract.fields import Answers, Field, Option, PageWay
from contract.texts import Text
from drivers.device import Camera, Failure, Hint, Photo, State
from kiosk import pages as words
from kiosk import phone_pages
from kiosk.asking import Place
from kiosk.concurrency import first
from kiosk.house import House
from kiosk.questions import ChoiceQuestion
from kiosk.viewfinder import PageChoice, Sight, Viewfinder
from kiosk.views import Nav
from kiosk.visit import Visit
from secure.business import SealedPhoto, new_photo


class Pick(enum.StrEnum):
    """What can be touched at the question."""

    CAMERA = "camera"
    PHONE = "phone"
    WINDOW = "window"
    DONE = "done"
    AGAIN = "again"


@dataclass(slots=True)
class Album:
    """The pages that were photographed for one form, sealed, by their references."""

    photos: dict[str, SealedPhoto] = field(default_factory=dict, repr=False)

    def of(self, item: Item, answers: Answers) -> tuple[SealedPhoto, ...]:
        """Those that *answers* name, in their order."""
        named = [page for one in documents(item) for page in pages_of(one, answers)]
        return tuple(self.photos[page] for page in named if page in self.photos)


@dataclass(slots=True)
class Step:
    """One document's place in one form."""

    visit: Visit
    item: Item
    field: Field
    place: Place
    album: Album
    others: int
    """Pages of the form's other documents: limits.PHOTOS_A_MATTER is of all."""

    async def ask(self, value: tuple[str, ...]) -> tuple[str, ...] | Nav | None:
        """The references, None for the original at the counter, or one step back."""
        had, error = value, ""
        while True:
            ways = self._ways(had)
            if not ways:
                await self.visit.tell(Failure(Fault.DOCUMENT_NO_WAY), self.item.number)
                return Nav.BACK
            leaving = words.leaving(self.visit.house)
            choice = await self.visit.ask(self._question(had, ways, error), leaving)
            error = ""
            if isinstance(choice, Nav):
                return choice
            match Pick(choice[0] if isinstance(choice, tuple) else str(choice)):
                case Pick.DONE:
                    return had
                case Pick.CAMERA:
                    had = await self._photographed(had)
                case Pick.PHONE:
                    had, error = await self._sent(had)
                case Pick.AGAIN:
                    had = ()
                case Pick.WINDOW:
                    return None

    def _room(self, had: tuple[str, ...]) -> int:
        return min(self.field.most, limits.PHOTOS_A_MATTER - self.others) - len(had)

    def _ways(self, had: tuple[str, ...]) -> tuple[Option, ...]:
        texts = self.visit.house.texts
        camera = PageWay.CAMERA in self.field.ways and working_camera(self.visit.house) is not None
        found = []
        if had:
            found.append(Option(Pick.DONE, texts(Text.DOCUMENT_DONE, pages=len(had))))
        if camera and self._room(had) > 0:
            found.append(Option(Pick.CAMERA, texts(Text.DOCUMENT_MORE_CAMERA if had else Text.DOCUMENT_CAMERA)))
        if PageWay.PHONE in self.field.ways and not self.visit.house.central.away and self._room(had) > 0:
            found.append(Option(Pick.PHONE, texts(Text.DOCUMENT_MORE_PHONE if had else Text.DOCUMENT_PHONE)))
        if had:
            found.append(Option(Pick.AGAIN, texts(Text.DOCUMENT_AGAIN)))
        elif not self.field.required:
            found.append(Option(Pick.WINDOW, texts(Text.DOCUMENT_WINDOW)))
        return tuple(found)

    def _question(self, had: tuple[str, ...], ways: tuple[Option, ...], error: str) -> ChoiceQuestion:
        texts, place, field = self.visit.house.texts, self.place, self.field
        hint = field.hint
        if had:
            hint = texts(Text.DOCUMENT_HAS, pages=len(had), most=field.most)
        elif [one.code for one in ways] == [Pick.WINDOW]:
            hint = texts(Text.DOCUMENT_ONLY_WINDOW)
        return ChoiceQuestion(
            item=place.item, step=place.step, steps=place.steps, question=field.question, hint=hint, error=error,
            next=place.next, speech=field.question, options=ways, chosen=(ways[0].code,) if had else (),
        )  # fmt: skip

    async def _sent(self, had: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        """*had* and what came from the resident's telephone; and why nothing did."""
        came = await phone_pages.sent(self.visit, self.item, self.field, self._room(had))
        if isinstance(came, Failure):
            await self.visit.tell(came, self.item.number)
            return had, ""
        if came is None:
            return had, ""
        return (*had, *came), "" if came else self.visit.house.texts(Text.UPLOAD_ENDED)

    # -- the camera --------------------------------------------------------------------------------------------------

    async def _photographed(self, had: tuple[str, ...]) -> tuple[str, ...]:
        """*had* and what was taken here."""
        house = self.visit.house
        sight = Sight(house.texts(Text.VIEWFINDER_WAIT))
        try:
            error = ""
            while True:
                taken = await self._one(sight, len(had) + 1, error)
                if isinstance(taken, Nav):
                    return had
                if isinstance(taken, Failure) and taken.fault is Fault.CAMERA_GONE:
                    await self.visit.tell(taken, self.item.number)
                    return had
                if isinstance(taken, Failure):
                    error = house.faults[taken.fault].do
                    continue
                error = ""
                page = await self._kept(taken)
                choice = await self.visit.ask(self._taken(sight, had), words.leaving(house))
                if choice is PageChoice.AGAIN:
                    del self.album.photos[page]
                    continue
                had = (*had, page)
                if choice is not PageChoice.NEXT:
                    return had
        finally:
            sight.forget()

    async def _one(self, sight: Sight, page: int, error: str) -> Photo | Failure | Nav:
        """The next page, or why there is none."""
        house, camera = self.visit.house, working_camera(self.visit.house)
        if camera is None:
            return Failure(Fault.CAMERA_GONE)
        texts = house.texts
        view = Viewfinder(
            title=texts(Text.VIEWFINDER_TITLE, document=self.field.label, page=page),
            line=texts(Text.VIEWFINDER_LINE), sight=sight, choices=(PageChoice.TAKE,), error=error,
        )  # fmt: skip
        choice = await first(self.visit.ask(view, words.leaving(house)), watch(camera, sight, house))
        if not isinstance(choice, PageChoice):
            return choice
        return await self.visit.busy(Text.BUSY_CAMERA, camera.capture())

    def _taken(self, sight: Sight, had: tuple[str, ...]) -> Viewfinder:
        texts = self.visit.house.texts
        full = self._room(had) <= 1
        choices = (PageChoice.AGAIN, PageChoice.NEXT, PageChoice.DONE)
        sight.line = ""
        return Viewfinder(
            title=texts(Text.VIEWFINDER_TAKEN_TITLE, page=len(had) + 1),
            line=texts(Text.VIEWFINDER_FULL_LINE if full else Text.VIEWFINDER_TAKEN_LINE), sight=sight,
            choices=tuple(one for one in choices if not full or one is not PageChoice.NEXT),
        )  # fmt: skip

    async def _kept(self, photo: Photo) -> str:
        """Its reference; the page waits in memory, sealed, for the form to be handed in."""
        page = await self.visit.house.journal.do(lambda ledger: ledger.photos.reference(photo.sealed))
        self.album.photos[page] = new_photo(photo.sealed)
        return page


def working_camera(house: House) -> Camera | None:
    camera = house.bay.camera
    return camera if camera is not None and camera.state is State.ONLINE else None


async def watch(camera: Camera, sight: Sight, house: House) -> Failure:
    """Keep *sight* what the camera sees, until it gives no picture."""
    while True:
        seen = await camera.look()
        if isinstance(seen, Failure):
            return seen
        sight.ready = seen.hint is Hint.READY
        sight.line = (
            house.texts(Text.VIEWFINDER_READY) if sight.ready else house.faults[Fault(f"camera.{seen.hint.value}")].do
        )
        sight.width, sight.height, sight.rgb, sight.corners = seen.width, seen.height, seen.rgb, seen.corners
        sight.looks += 1
        await asyncio.sleep(limits.CAMERA_REFRESH)
