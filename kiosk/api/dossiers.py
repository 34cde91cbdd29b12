"""Dossiers as a one-stop system speaks of them (domain §2.4, national portal's field names).

Paths, below the system's base address; all ask for a bearer token:
`POST /numbers`, `POST /papers` (the file itself), `POST /dossiers`, `GET /dossiers/{code}`,
`GET /dossiers/{code}/progress`. The three POSTs carry `Idempotency-Key`: repeated under the same
key they change nothing and are answered as the first time. Days and times are texts in the
format of the system (INT-1); here it is `2026-06-08 14:07:53` in Viet Nam's time.
"""

from typing import Annotated

import msgspec

from kiosk.api.words import Answer, Request

IDEMPOTENCY_KEY = "idempotency-key"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
MOST_PAPERS = 40

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Line = Annotated[str, msgspec.Meta(max_length=500)]
Moment = Annotated[str, msgspec.Meta(max_length=32, examples=["2026-06-08 14:07:53"])]


class NextNumber(
    Request, frozen=True, kw_only=True, rename={"agency": "MaDonVi", "form": "MaTTHC"}
):
    """Ask for the next dossier code of an agency."""

    agency: Word
    form: Word


class DossierNumber(Answer, frozen=True, kw_only=True, rename={"code": "MaHoSo"}):
    """A dossier code that nobody else gets."""

    code: str


class StoredPaper(
    Answer, frozen=True, kw_only=True, rename={"id": "IdGiayTo", "sha256": "HashTepTin"}
):
    """A file that the system has stored; `sha256` in lower-case hexadecimal."""

    id: str
    sha256: str


class AttachedPaper(
    Request,
    frozen=True,
    kw_only=True,
    rename={"id": "IdGiayTo", "name": "TenGiayTo", "sha256": "HashTepTin"},
):
    """A stored file as part of a dossier."""

    id: Word
    name: Line
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]


class Component(
    Request,
    frozen=True,
    kw_only=True,
    rename={
        "code": "MaThanhPhanHoSo",
        "name": "TenThanhPhanHoSo",
        "amount": "SoLuong",
        "copy": "LoaiBan",
        "papers": "GiayToDinhKem",
    },
):
    """A part of the dossier. `copy`: 0 original, 1 copy, 2 electronic."""

    code: Annotated[str, msgspec.Meta(max_length=64)] = ""
    name: Line
    amount: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    copy: Annotated[int, msgspec.Meta(ge=0, le=2)] = 2
    papers: Annotated[tuple[AttachedPaper, ...], msgspec.Meta(max_length=MOST_PAPERS)] = ()


class Submitter(
    Request,
    frozen=True,
    kw_only=True,
    rename={
        "name": "HoTen",
        "personal_id": "SoDinhDanh",
        "born": "NgaySinh",
        "phone": "SoDienThoai",
        "email": "Email",
        "address": "DiaChi",
        "province": "MaTinh",
        "commune": "MaXa",
    },
):
    """Who hands the dossier in. `born` as `dd/mm/yyyy`, or what the card says of it (ID-4)."""

    name: Line
    personal_id: Annotated[str, msgspec.Meta(max_length=12)] = ""
    born: Annotated[str, msgspec.Meta(max_length=10)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    address: Line = ""
    province: Annotated[str, msgspec.Meta(max_length=8)] = ""
    commune: Annotated[str, msgspec.Meta(max_length=8)] = ""


class NewDossier(
    Request,
    frozen=True,
    kw_only=True,
    rename={
        "code": "MaHoSo",
        "form": "MaTTHC",
        "service": "MaDichVuCong",
        "owner": "ChuHoSo",
        "owner_kind": "LoaiDoiTuong",
        "agency": "MaDonViTiepNhan",
        "channel": "KenhTiepNhan",
        "handed_in_at": "NgayNop",
        "received_at": "NgayTiepNhan",
        "components": "ThanhPhanHoSo",
        "submitter": "ThongTinNguoiNop",
        "local_code": "MaTam",
    },
):
    """Create a dossier under a number asked before.

    `owner_kind`: 0 citizen, 1 enterprise, 2 household business. `channel`: 1 at the counter, 2
    online, 3 post. `local_code` is the kiosk's own number (TAM-, DOS-3).
    """

    code: Word
    form: Word
    service: Annotated[str, msgspec.Meta(max_length=64)] = ""
    owner: Line
    owner_kind: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0
    agency: Word
    channel: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    handed_in_at: Moment
    received_at: Moment
    components: Annotated[tuple[Component, ...], msgspec.Meta(max_length=MOST_PAPERS)] = ()
    submitter: Submitter
    local_code: Annotated[str, msgspec.Meta(max_length=64)] = ""


class DossierStatus(
    Answer,
    frozen=True,
    kw_only=True,
    rename={
        "code": "MaHoSo",
        "form": "MaTTHC",
        "form_name": "TenTTHC",
        "state": "TrangThai",
        "agency": "MaDonViTiepNhan",
        "agency_name": "TenDonViTiepNhan",
        "received_at": "NgayTiepNhan",
        "due_at": "NgayHenTra",
        "ended_at": "NgayKetThuc",
        "note": "GhiChu",
    },
):
    """How far a dossier is: no names, no numbers of people.

    `state` is one of 1 to 10, or another number (DOS-14). A time that there is not is empty.
    """

    code: str
    form: str
    form_name: str = ""
    state: int
    agency: str = ""
    agency_name: str = ""
    received_at: str = ""
    due_at: str = ""
    ended_at: str = ""
    note: str = ""


class ProgressStep(
    Answer,
    frozen=True,
    kw_only=True,
    rename={
        "state": "TrangThai",
        "at": "ThoiDiem",
        "agency_name": "DonViXuLy",
        "note": "NoiDungXuLy",
    },
):
    """One step that a dossier has taken."""

    state: int
    at: str
    agency_name: str = ""
    note: str = ""
