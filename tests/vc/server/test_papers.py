"""Meeting papers: brought, bounded, drawn, shown in step."""

import asyncio
import io
from pathlib import Path

from PIL import Image

from tests.vc.server.hall import PLAN, console, done, hall_config, open_plan, running, state_of
from tests.vc.server.paper import pdf
from tests.waiting import until
from vc.engine.simulated import SimulatedEngine
from vc.server.config import PapersConfig


async def test_a_paper_is_brought_opened_for_everybody_and_leafed_through(tmp_path: Path) -> None:
    config, engine = hall_config(tmp_path), SimulatedEngine()
    async with running(config, engine), console(config) as chair:
        await open_plan(chair)
        answer = await chair.post(
            "/api/papers",
            data={"conference": PLAN.id, "title": "Dự thảo nghị quyết"},
            files={"file": ("a.pdf", pdf(), "application/pdf")},
        )
        assert answer.status_code == 201, answer.text
        paper = answer.json()
        assert (paper["title"], paper["pages"]) == ("Dự thảo nghị quyết", 2)
        assert (await state_of(chair)).plan.papers[-1].id == paper["id"]
        picture = await chair.get(f"/api/papers/{paper['id']}/2.png")
        assert picture.headers["content-type"] == "image/png"
        assert Image.open(io.BytesIO(picture.content)).width == 1280
        for path in (f"{paper['id']}/3.png", f"{paper['id']}/x.png", "nothing/1.png", "../1.png"):
            assert (await chair.get(f"/api/papers/{path}")).status_code == 404
        await done(chair, "show_paper", paper=paper["id"], page=2)
        await until(lambda: "paper" in engine.stills, "the page is a source")
        assert engine.stills["paper"].name == "2.png"
        await done(chair, "close_paper")
        await until(lambda: "paper" not in engine.stills, "the page is gone")


async def test_what_is_no_pdf_or_too_large_is_refused(tmp_path: Path) -> None:
    papers = PapersConfig(max_mb=1, max_pages=3)
    config = hall_config(tmp_path, papers=papers)
    async with running(config), console(config) as chair:
        for content, status, code in (
            (b"MZ not a pdf", 415, "papers.not_pdf"),
            (b"%PDF-1.7 and then nothing", 415, "papers.not_pdf"),
            (b"", 415, "papers.not_pdf"),
            (pdf(4), 413, "papers.too_large"),
            (pdf() + bytes(2**20), 413, "papers.too_large"),
            (bytes(3 * 2**20), 413, "payload.too_large"),
        ):
            answer = await chair.post(
                "/api/papers",
                data={"conference": PLAN.id, "title": "x"},
                files={"file": ("a.pdf", content, "application/pdf")},
            )
            assert (answer.status_code, answer.json()["code"]) == (status, code), len(content)
        unknown = await chair.post(
            "/api/papers",
            data={"conference": "nothing", "title": "x"},
            files={"file": ("a.pdf", pdf(), "application/pdf")},
        )
        assert unknown.status_code == 404
        assert (await chair.post("/api/papers", data={"title": "x"})).status_code == 400
        assert (await chair.get(f"/api/conferences/{PLAN.id}")).json()["papers"][1:] == []


async def test_papers_that_are_brought_at_once_are_all_in_the_plan(tmp_path: Path) -> None:
    config = hall_config(tmp_path)
    async with running(config), console(config) as chair:
        await open_plan(chair)

        async def bring(number: int) -> str:
            answer = await chair.post(
                "/api/papers",
                data={"conference": PLAN.id, "title": f"Tờ trình {number}"},
                files={"file": ("a.pdf", pdf(), "application/pdf")},
            )
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

        brought = await asyncio.gather(*(bring(number) for number in range(8)))
        known = {paper.id for paper in (await state_of(chair)).plan.papers}
        assert set(brought) <= known
