"""Pages and API of this room: the tree by day, sites, corrections."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from litestar.types import Guard

from devices.contract.clock import local_day
from devices.contract.errors import MotcuaError, NotAllowedError
from provisioning.controller.access import needs, person_of
from provisioning.controller.answers import AnyRequest, html, language_of
from provisioning.controller.forms import Form, form_of
from provisioning.controller.organisation.organisation import BadSiteError, Change
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms
from provisioning.controller.texts import word
from provisioning.organisation.corrections import BadCorrectionsError
from provisioning.organisation.merges import commune_after, province_after
from provisioning.organisation.snapshot import REFORM, snapshot
from provisioning.organisation.tree import Tree, whole_name
from provisioning.organisation.units import Level, Site, Unit

_FOUND = 40
_SUGGESTED = 12
_DONE = ("site", "removed", "corrected")
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


class UnitFound(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as the search finds it; `label` names those above it too."""

    code: str
    name: str
    label: str
    level: Level


class Wrong(msgspec.Struct, frozen=True):
    """Why a form was not taken, and the lines that are wrong."""

    text: str
    problems: tuple[str, ...] = ()
    status: int = 400


class _UnitsPage:
    def __init__(self, rooms: Rooms, pages: Pages) -> None:
        self.rooms = rooms
        self.kept = rooms.organisation
        self._pages = pages

    def drawn(
        self,
        request: AnyRequest,
        *,
        code: str = "",
        sought: str = "",
        day: date | None = None,
        site: Site | None = None,
        done: str = "",
        wrong: Wrong | None = None,
        text: str = "",
        changes: list[Change] | None = None,
    ) -> Response[Any]:
        language, person = language_of(request), person_of(request)
        today = local_day(self.rooms.clock.now())
        tree = self.kept.tree(day or today)
        unit = tree.get(code)
        path = tree.path(code)
        data = snapshot()
        page = self._pages.draw(
            "organisation_units.html",
            language,
            self.rooms.clock.now(),
            person=person,
            here="units",
            there=f"unit={code}&" if code else "",
            data=data,
            day=tree.day,
            is_today=tree.day == today,
            tree=tree,
            unit=unit,
            path=[tree.get(one) for one in path],
            below=tree.children(code) if unit or not code else (),
            sought=sought,
            found=tree.search(sought, limit=_FOUND, below=code if unit else ""),
            became=_became(unit, self.kept.tree()),
            sites=self.kept.sites(code) if unit else [],
            site=site,
            may=person.may(Right.ADMINISTER, path),
            whole=whole_name,
            corrections=self.kept.corrections()[:50],
            done=done if done in _DONE else "",
            wrong=wrong,
            text=text,
            changes=changes,
        )
        response = html(page, language)
        response.status_code = wrong.status if wrong else 200
        return response

    def said(self, request: AnyRequest, error: MotcuaError) -> Wrong:
        key = f"organisation.error.{error.code}"
        if isinstance(error, BadCorrectionsError):
            return Wrong(word(language_of(request), "organisation.bad"), error.problems)
        status = 403 if isinstance(error, NotAllowedError) else 400
        return Wrong(word(language_of(request), key, error.sentence), status=status)


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    shown = _UnitsPage(rooms, pages)
    guards = [needs(Right.ADMINISTER)]
    return [*_looking(shown, guards), *_changing(shown, guards)]


def _looking(shown: _UnitsPage, guards: list[Guard]) -> list[Any]:
    kept = shown.kept

    @get("/units", media_type=MediaType.HTML, include_in_schema=False, guards=guards)
    async def page(
        request: AnyRequest,
        *,
        unit: FromQuery[str] = "",
        q: FromQuery[str] = "",
        day: FromQuery[str] = "",
        site: FromQuery[str] = "",
        done: FromQuery[str] = "",
    ) -> Response[Any]:
        edited = kept.site_or_none(site)
        return shown.drawn(
            request,
            code=edited.unit if edited else unit,
            sought=q[:100],
            day=_day(day),
            site=edited,
            done=done,
        )

    @get("/api/units", guards=[needs(Right.SEE)])
    async def units(
        q: FromQuery[str] = "", below: FromQuery[str] = "", limit: Limit = _SUGGESTED
    ) -> list[UnitFound]:
        """Return the units of today whose name or code is like this."""
        tree = kept.tree()
        return [
            UnitFound(
                code=unit.code,
                name=whole_name(unit),
                label=tree.label(unit.code),
                level=unit.level,
            )
            for unit in tree.search(q[:100], limit=limit, below=below)
        ]

    return [page, units]


def _changing(shown: _UnitsPage, guards: list[Guard]) -> list[Any]:
    kept, queries = shown.kept, shown.rooms.queries

    @post("/units/sites", include_in_schema=False, guards=guards)
    async def put_site(request: AnyRequest) -> Response[Any]:
        form = await form_of(request)
        try:
            site = _site(form)
            await queries.do(kept.put_site, person_of(request), site)
        except (BadSiteError, NotAllowedError) as error:
            return shown.drawn(request, code=form.one("unit"), wrong=shown.said(request, error))
        return Redirect(f"/units?unit={site.unit}&done=site", status_code=303)

    @post("/units/sites/{code:str}/remove", include_in_schema=False, guards=guards)
    async def remove_site(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
        site = kept.site(code)
        await queries.do(kept.remove_site, person_of(request), code)
        return Redirect(f"/units?unit={site.unit}&done=removed", status_code=303)

    @post("/units/corrections", include_in_schema=False, guards=guards)
    async def correct(request: AnyRequest) -> Response[Any]:
        form = await form_of(request)
        text, code = form.one("text"), form.one("unit")
        try:
            if form.one("take") != "yes":
                changes = await queries.do(kept.preview, text)
                return shown.drawn(request, code=code, text=text, changes=changes)
            await queries.do(kept.correct, person_of(request), text)
        except (BadCorrectionsError, NotAllowedError) as error:
            return shown.drawn(request, code=code, text=text, wrong=shown.said(request, error))
        return Redirect("/units?done=corrected", status_code=303)

    return [put_site, remove_site, correct]


def _became(unit: Unit | None, today: Tree) -> list[Unit]:
    """Return what a unit of before the reform is now."""
    if unit is None or unit.until is None or unit.until > REFORM:
        return []
    if unit.level is Level.PROVINCE:
        codes: tuple[str, ...] = (province_after(unit.code),)
    else:
        codes = commune_after(unit.code).codes
    return [found for code in codes if (found := today.get(code))]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _site(form: Form) -> Site:
    """Return the site of a form; raises BadSiteError for figures that are none."""
    try:
        degrees = [
            float(text.replace(",", ".")) if (text := form.one(name).strip()) else None
            for name in ("latitude", "longitude")
        ]
    except ValueError:
        raise BadSiteError from None
    return Site(
        code=form.one("code").strip(),
        name=form.one("name"),
        unit=form.one("unit").strip(),
        address=form.one("address"),
        latitude=degrees[0],
        longitude=degrees[1],
    )
