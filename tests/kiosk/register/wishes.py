"""Requests of a client, as they stand on the wire."""

import hashlib
from typing import Any

import httpx

AGENCY = "H50.34"
BASE = "/api/one-stop"
PDF = b"%PDF-1.4 a paper"
NUMBER = "045190001234"
OWNER = "Hồ Thị Mận"


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


async def number(client: httpx.AsyncClient, name: str, form: str = "1.001193") -> str:
    body = {"MaDonVi": AGENCY, "MaTTHC": form}
    answer = await client.post(f"{BASE}/numbers", json=body, headers=key(f"{name}.number"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["MaHoSo"])


async def paper(client: httpx.AsyncClient, name: str, content: bytes = PDF) -> dict[str, Any]:
    answer = await client.post(f"{BASE}/papers", content=content, headers=key(f"{name}.paper"))
    assert answer.status_code == 201, answer.text
    stored: dict[str, Any] = answer.json()
    assert stored["HashTepTin"] == hashlib.sha256(content).hexdigest()
    return stored


def wish(code: str, stored: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    attached = [{**stored, "TenGiayTo": "Giấy chứng sinh"}] if stored else []
    return {
        "MaHoSo": code,
        "MaTTHC": "1.001193",
        "ChuHoSo": OWNER,
        "MaDonViTiepNhan": AGENCY,
        "NgayNop": "2026-07-13 08:00:00",
        "NgayTiepNhan": "2026-07-13 08:05:00",
        "ThanhPhanHoSo": [{"TenThanhPhanHoSo": "Giấy chứng sinh", "GiayToDinhKem": attached}],
        "ThongTinNguoiNop": {"HoTen": OWNER, "SoDinhDanh": NUMBER},
        **more,
    }


async def create(client: httpx.AsyncClient, name: str, body: dict[str, Any]) -> httpx.Response:
    return await client.post(f"{BASE}/dossiers", json=body, headers=key(f"{name}.dossier"))


async def sent(client: httpx.AsyncClient, name: str = "one", **more: Any) -> str:
    """Send a dossier with one paper; return its code."""
    code = await number(client, name)
    answer = await create(client, name, wish(code, await paper(client, name), **more))
    assert answer.status_code == 201, answer.text
    return code


def step(state: int, why: str = "") -> dict[str, Any]:
    return {"TrangThai": state, "NguoiXuLy": "tu-phap-hop-nhat", "LyDo": why}
