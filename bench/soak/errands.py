"""What citizens come for, touch by touch. An errand yields wherever somebody might walk away."""

import random
from collections.abc import Callable, Generator, Mapping

from bench.soak import marks
from bench.soak.glass import Glass, LostWayError
from bench.soak.site import SERVICE, Office
from devices.scan.messages import Crop
from kiosk.ui.events import AnyAction, Back, Speak, TypeSign
from kiosk.ui.flows.appointment.pages import OpenAppointment
from kiosk.ui.flows.dossier.pages import OpenDossier
from kiosk.ui.flows.feedback import pages as feedback
from kiosk.ui.flows.fees.pages import OpenFeeCode
from kiosk.ui.flows.menu import pages as menu
from kiosk.ui.flows.number import pages as number
from kiosk.ui.flows.prepare import pages as prepare
from kiosk.ui.flows.procedures import pages as procedures
from kiosk.ui.flows.visit import pages as visit
from kiosk.ui.keyboard.keys import Method
from kiosk.ui.keyboard.signs import Sign
from kiosk.ui.mirror import Mirrored

Steps = Generator[None, None, None]
_MARRIAGE, _COPIES = "1.000894", "2.000815"
_LAID_WITHIN_S = 4.0


class Visit:
    """One citizen at the glass."""

    def __init__(self, glass: Glass, office: Office, chance: random.Random) -> None:
        self.glass = glass
        self.office = office
        self.chance = chance

    def number(self) -> Steps:
        """Take a number."""
        yield from self._chooses()
        if self.chance.random() < 0.3:
            self.glass.touch(number.OpenClasses())
            self.glass.on("ChooseClass")
            yield
            self.glass.touch_a(number.SetClass)
            self.glass.on("Confirm")
            yield
        yield from self._takes()

    def number_by_card(self) -> Steps:
        """Show the card and take a number."""
        yield from self._chooses()
        self.glass.touch(number.OpenScan())
        self.glass.on("ScanCard")
        yield
        self.office.hold(marks.CARD)
        self.glass.on("Confirm")
        yield
        yield from self._takes()

    def search(self) -> Steps:
        """Type what a procedure is called; nothing is called so."""
        yield from self._opens(procedures.OpenSectors(), "Sectors")
        self.glass.touch(procedures.OpenSearch())
        self.glass.on("SearchProcedures")
        self.glass.write(marks.TYPED)
        yield
        self.glass.touch(TypeSign(sign=Sign.ACUTE))
        self.glass.done()
        self.glass.on("Procedures")
        yield

    def procedure(self) -> Steps:
        """Look a procedure up, count its fee, print its papers."""
        yield from self._opens(procedures.OpenSectors(), "Sectors")
        self.glass.touch_a(procedures.OpenSector)
        self.glass.on("Procedures")
        yield
        self.glass.touch_a(procedures.OpenProcedure)
        if self.glass.on("ProcedureCases", "ProcedureFacts").screen.name == "ProcedureCases":
            self.glass.touch_a(procedures.SetCase)
            self.glass.on("ProcedureFacts")
        yield
        self.glass.touch(procedures.TellOfProcedure(subject=procedures.Subject.PAPERS))
        self.glass.on("ProcedureList")
        yield
        self.glass.touch(procedures.PrintList())
        self._hears()
        yield

    def dossier(self) -> Steps:
        """Type the code of a dossier of one's own, which nobody here knows."""
        yield from self._opens(OpenDossier(), "AskDossier")
        self.glass.write(marks.CODE)
        yield
        self.glass.done()
        self._hears()
        yield

    def dossier_scanned(self) -> Steps:
        """Show the code of a dossier, and read how it stands."""
        self.office.hold(self.office.known.dossier)
        self.glass.on("DossierSheet")
        yield
        self.office.hold(marks.CODE)
        self.glass.on("AskDossier")
        yield

    def fees(self) -> Steps:
        """Ask for what is to be paid: of a dossier that owes, or of one that nobody knows."""
        yield from self._opens(OpenFeeCode(), "AskFeeCode")
        if self.chance.random() < 0.5:
            self.office.hold(self.office.known.dossier)
            self.glass.on("OneFee")
        else:
            self.office.hold(marks.CODE)
            self._hears()
        yield

    def appointment(self) -> Steps:
        """Come by appointment, or believe so."""
        yield from self._opens(OpenAppointment(), "AskAppointment")
        if self.chance.random() < 0.5:
            self.office.hold(self.chance.choice(self.office.known.bookings))
            self.glass.until(
                lambda one: one.screen.name == "Issued" or one.screen.banner is not None,
                "a number, or that it was called already",
            )
        else:
            self.glass.write(marks.BOOKING)
            yield
            self.glass.done()
            self._hears()
        yield

    def feedback_unsent(self) -> Steps:
        """Write, photograph one's paper, say who one is; and never send it."""
        yield from self._feedback(marks.TYPED)
        self.glass.touch(feedback.GiveMyName())
        self.glass.on("FeedbackName")
        self.glass.write(marks.TYPED)
        yield
        self.glass.done()
        self.glass.on("FeedbackPhone")
        self.glass.write(marks.PHONE)
        yield
        self.glass.done()
        self.glass.on("FeedbackReview")
        yield

    def feedback_sent(self) -> Steps:
        """Write, take a photograph away again, and send the rest."""
        yield from self._feedback(marks.SENT)
        self.glass.touch(feedback.GiveMyName())
        self.glass.on("FeedbackName")
        self.glass.write(marks.SENT_NAME)
        self.glass.done()
        self.glass.on("FeedbackPhone")
        yield
        self.glass.write(marks.SENT_PHONE)
        self.glass.done()
        self.glass.on("FeedbackReview")
        yield
        self.glass.touch(feedback.SendFeedbackNow())
        self.glass.on("FeedbackDone")
        self._hears()
        yield

    def rating(self) -> Steps:
        """Look a number up, and rate the visit where it is over."""
        yield from self._opens(visit.OpenFind(), "Find")
        self.glass.write(self.chance.choice(self.office.served or ["B001"]))
        yield
        self.glass.touch(visit.Look())
        self.glass.until(
            lambda one: one.screen.name == "Rate" or one.screen.banner is not None, "a visit"
        )
        yield
        if self.glass.seen().screen.name == "Rate":
            self.glass.touch_a(visit.GiveRating)
            self.glass.on("Thanks")
            yield

    def reading(self) -> Steps:
        """Read otherwise: in English, large, on black, low; and go through a page or two."""
        self.glass.touch(Speak(language="en"))
        yield
        yield from self._opens(menu.OpenReading(), "Reading")
        for toggle in (menu.ToggleLarge(), menu.ToggleContrast(), menu.ToggleLow()):
            if self.chance.random() < 0.6:
                self.glass.touch(toggle)
                yield
        self.glass.touch(Back())
        self.glass.on("Home")
        yield from self.number_by_card()

    def spoken(self) -> Steps:
        """Have a page with one's card read aloud: each key is heard first, and meant then."""
        yield from self._opens(menu.OpenReading(), "Reading")
        self.glass.touch(menu.ToggleSpoken())
        yield
        self._means(Back(), "Home")
        self._means(number.ChooseService(service=SERVICE), "Confirm")
        self._means(number.OpenScan(), "ScanCard")
        yield
        self.office.hold(marks.CARD)
        self.glass.on("Confirm")
        self.glass.touch(menu.HearPrivate(), menu.HearPrivate())
        yield
        self._means(number.TakeNumber(), "Issued")
        yield

    def _means(self, action: AnyAction, page: str) -> None:
        """Touch what is read aloud first, and meant when it is touched again."""
        for _ in range(3):
            self.glass.touch(action)
            if not _has(self.glass.seen(), action):
                break
        self.glass.on(page)

    def prepared(self) -> Steps:
        """Fill the declaration from the card, type the phone, scan a paper, hand it all over."""
        yield from self._opens(prepare.OpenPrepare(), "PickService")
        self.glass.touch(prepare.PickThisService(service=SERVICE))
        self.glass.on("PickProcedure")
        self.glass.touch(prepare.OpenPrepare(procedure=_MARRIAGE))
        self.glass.on("FilingConsent")
        yield
        self.glass.touch(prepare.Agree())
        self.glass.on("FilingForm")
        self.office.hold(marks.CARD)
        self.glass.until(lambda one: marks.NAME in str(one.screen.body), "the card's name")
        yield
        self.glass.touch(prepare.EditLine(line=prepare.FormField.PHONE))
        self.glass.on("FilingLine")
        self.glass.write(marks.PHONE)
        self.glass.done()
        self.glass.on("FilingForm")
        yield
        self.glass.touch(prepare.GoOn())
        self.glass.on("FilingPapers")
        self.glass.touch(prepare.OpenPaper(paper=0))
        yield
        self._takes_page()
        yield
        self.glass.touch_a(prepare.PagesDone)
        self.glass.on("FilingPapers")
        yield
        self.glass.touch(prepare.GoOn())
        self.glass.on("FilingSummary")
        yield
        self.glass.touch(prepare.HandOver())
        self.glass.on("FilingTaken")
        self._hears()
        yield

    def _hears(self) -> None:
        """Wait to be told what became of it."""
        self.glass.until(lambda one: one.screen.banner is not None, "what became of it")

    def _takes_page(self) -> None:
        wish = prepare.TakeThisPage(crop=Crop.PAGE)

        def is_found() -> None:
            self.glass.until(
                lambda one: any(place.action == wish for place in one.places),
                "a page before the camera",
                within_s=_LAID_WITHIN_S,
            )

        try:
            is_found()
        except LostWayError:
            self.office.lay_again()
            is_found()
        self.glass.touch(wish)
        self.glass.on("CheckPage", "LayPage")
        self.glass.on("CheckPage")

    def _feedback(self, words: str) -> Steps:
        yield from self._opens(feedback.OpenFeedback(), "FeedbackDoor")
        self.glass.touch(feedback.StartFeedback())
        self.glass.on("FeedbackNotice")
        self.glass.touch(feedback.GoOnFeedback())
        self.glass.on("FeedbackAbout")
        yield
        self.glass.touch_a(feedback.SetFeedbackCategory)
        self.glass.on("FeedbackMethod")
        self.glass.touch(feedback.SetTypingMethod(method=Method.SIGNS))
        self.glass.on("FeedbackText")
        self.glass.write(words)
        yield
        self.glass.done()
        self.glass.on("FeedbackPlaces")
        self.glass.touch_a(feedback.SetFeedbackPlace)
        if self.glass.on("FeedbackPhoto", "FeedbackContact").screen.name == "FeedbackContact":
            return
        self.glass.touch(feedback.TakeFeedbackPhoto())
        self.glass.until(lambda one: _has(one, feedback.DropFeedbackPhoto()), "a photograph")
        yield
        if words == marks.SENT:
            self.glass.touch(feedback.DropFeedbackPhoto())
            self.glass.until(lambda one: not _has(one, feedback.DropFeedbackPhoto()), "no photo")
        self.glass.touch(feedback.GoOnFeedback())
        self.glass.on("FeedbackContact")

    def _opens(self, action: AnyAction, page: str) -> Steps:
        self.glass.touch(menu.OpenMenu())
        self.glass.on("Menu")
        yield
        self.glass.touch(action)
        self.glass.on(page)
        yield

    def _chooses(self) -> Steps:
        self.glass.touch(number.ChooseService(service=SERVICE))
        self.glass.on("Confirm")
        yield

    def _takes(self) -> Steps:
        self.glass.touch(number.TakeNumber())
        self.glass.on("Issued")
        yield


def _has(seen: Mirrored, action: AnyAction) -> bool:
    return any(place.action == action for place in seen.places)


ERRANDS: Mapping[str, tuple[Callable[[Visit], Steps], int]] = {
    "number": (Visit.number, 590),
    "number by card": (Visit.number_by_card, 130),
    "search": (Visit.search, 35),
    "procedure": (Visit.procedure, 60),
    "dossier typed": (Visit.dossier, 15),
    "dossier scanned": (Visit.dossier_scanned, 40),
    "fees": (Visit.fees, 30),
    "appointment": (Visit.appointment, 30),
    "feedback not sent": (Visit.feedback_unsent, 10),
    "feedback sent": (Visit.feedback_sent, 10),
    "rating": (Visit.rating, 20),
    "otherwise read": (Visit.reading, 10),
    "read aloud": (Visit.spoken, 10),
    "prepared dossier": (Visit.prepared, 10),
}
"""What is wanted, and how many of a thousand want it: most want a number."""
UNCUT = frozenset({"otherwise read", "read aloud"})
"""Whoever only goes back leaves the services as they read them, for the patience of an idle one."""
