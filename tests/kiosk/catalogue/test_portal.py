from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.config import BadConfigError, from_document, parse_toml
from kiosk.catalogue.files import SAMPLE, read_folders
from kiosk.catalogue.portal import STEPS, TEXTS, ForeignAddressError, PortalConfig, hand_off
from kiosk.catalogue.procedure import Procedure
from tests.kiosk.catalogue.folders import procedure

OURS = PortalConfig(hosts=("cong.example.vn",), page="https://cong.example.vn/tt?ma={code}")
FOREIGN = (
    "https://cong.example.vn.evil.example/",
    "https://evil.example/?cong.example.vn",
    "https://cong.example.vn@evil.example/",
    "https://evil.example\\@cong.example.vn/",
    "https://user:word@cong.example.vn/",
    "https://cong.example.vn:8443/",
    "https://cong.example.vn:99999/",
    "https://[::1",
    "https://cong.example.vn/a\tb",
    "https://cống.example.vn/",
)


def with_page(page: str) -> Procedure:
    return parse_toml(procedure(more=f"portal_page = '{page}'"), Procedure)


@pytest.mark.parametrize("row", read_folders([SAMPLE]).procedures, ids=lambda row: row.code)
def test_every_procedure_of_the_sample_has_its_page_on_the_national_portal(row: Procedure) -> None:
    url = hand_off(row, PortalConfig()).url
    parts = urlsplit(url)
    assert (parts.scheme, parts.hostname) == ("https", "dichvucong.gov.vn")
    assert parse_qs(parts.query) == {"ma_thu_tuc": [row.code]}
    assert int(segno.make(url, error="m", micro=False).version) <= 10


def test_a_procedure_may_have_a_page_of_its_own_on_a_host_of_the_settings() -> None:
    page = "https://cong.example.vn/khai-sinh"
    assert hand_off(with_page(page), OURS).url == page
    by_code = hand_off(parse_toml(procedure(), Procedure), OURS).url
    assert by_code == "https://cong.example.vn/tt?ma=1.001193"


@pytest.mark.parametrize("page", FOREIGN)
def test_an_address_that_leads_elsewhere_is_never_shown(page: str) -> None:
    try:
        row = with_page(page)
    except BadConfigError:
        return  # the catalogue refuses it already
    with pytest.raises(ForeignAddressError):
        hand_off(row, OURS)


@given(st.text(st.characters(codec="ascii", exclude_characters="'\n\r"), max_size=60))
def test_whatever_stands_behind_https_only_a_host_of_ours_is_reached(rest: str) -> None:
    try:
        url = hand_off(with_page(f"https://{rest}"), OURS).url
    except (BadConfigError, ForeignAddressError):
        return
    assert urlsplit(url).hostname == "cong.example.vn"


@pytest.mark.parametrize(
    "page",
    [
        "https://cong.example.vn/tt",
        "http://cong.example.vn/{code}",
        "https://{code}.vn/",
        "https://other.example.vn/{code}",
        "https://cong.example.vn/{code}/{code}",
    ],
)
def test_a_page_that_is_elsewhere_or_names_no_code_is_refused(page: str) -> None:
    with pytest.raises(BadConfigError):
        from_document({"hosts": ["cong.example.vn"], "page": page}, PortalConfig)


def test_a_host_is_a_name_and_there_is_one_at_least() -> None:
    for hosts in (
        [],
        ["https://cong.example.vn"],
        ["Cong.Example.vn"],
        ["cong.example.vn:80"],
        [""],
    ):
        with pytest.raises(BadConfigError):
            from_document({"hosts": hosts, "page": OURS.page}, PortalConfig)


def test_every_step_is_there_in_vietnamese_and_english_and_names_vneid() -> None:
    assert set(STEPS) == set(TEXTS)
    assert all(set(texts) == {"vi", "en"} for texts in TEXTS.values())
    assert all("VNeID" in text for text in TEXTS["portal.step.log_in"].values())
