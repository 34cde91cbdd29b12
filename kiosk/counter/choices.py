"""What officers choose from where others would type: nothing of a citizen can get into a list."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.api.words import Id, Names


class ChoiceConfig(Config, frozen=True, kw_only=True):
    """One entry of a list. Its `id` is what the journal keeps."""

    id: Id
    names: Names


Choices = Annotated[tuple[ChoiceConfig, ...], msgspec.Meta(max_length=9)]
"""As many as there are digits on a keyboard."""


def _choices(*pairs: tuple[str, str, str]) -> Choices:
    return tuple(ChoiceConfig(id=one, names={"vi": vi, "en": en}) for one, vi, en in pairs)


class ChoicesConfig(Config, frozen=True, kw_only=True):
    """The site's lists: why a number is held, what a colleague is told, breaks, words to citizens.

    A citizen reads `words` on the second screen, and `breaks` there and on the wall.
    """

    held: Choices = _choices(
        ("thieu-giay-to", "Thiếu giấy tờ", "A paper is missing"),
        ("ban-sao", "Đi sao chụp giấy tờ", "Gone to copy a paper"),
        ("to-khai", "Đang điền tờ khai", "Filling in a form"),
        ("nop-phi", "Đang nộp phí, lệ phí", "Paying a fee"),
        ("cho-nguoi-than", "Chờ người thân mang giấy tờ", "A relative brings a paper"),
        ("hoi-y-kien", "Chờ ý kiến chuyên môn", "Waiting for a specialist's word"),
    )
    notes: Choices = _choices(
        ("da-xem-giay-to", "Đã xem giấy tờ, đủ", "Papers seen, complete"),
        ("thieu-ban-sao", "Còn thiếu bản sao", "A copy is still missing"),
        ("lay-nham-so", "Lấy nhầm lĩnh vực", "Took a number of another service"),
        ("lam-tiep", "Xong phần này, xin làm tiếp", "This part is done, please go on"),
        ("can-tu-van", "Cần tư vấn thêm", "Needs advice"),
    )
    breaks: Choices = _choices(
        ("nghi-trua", "Nghỉ trưa", "Lunch break"),
        ("nghi-giai-lao", "Nghỉ giải lao", "Short break"),
        ("hop", "Họp", "In a meeting"),
        ("xac-minh", "Đi xác minh", "Out to verify a case"),
        ("su-co", "Sự cố kỹ thuật", "Technical trouble"),
    )
    words: Choices = _choices(
        ("xin-moi", "Xin mời ông/bà", "Welcome"),
        ("xin-cho", "Xin ông/bà chờ trong giây lát", "One moment, please"),
        (
            "giay-to",
            "Xin ông/bà chuẩn bị giấy tờ bản gốc",
            "Please have your original papers ready",
        ),
        ("kiem-tra", "Xin ông/bà kiểm tra thông tin", "Please check the details"),
        ("ky-ten", "Xin ông/bà ký tên vào tờ khai", "Please sign the form"),
    )

    def __post_init__(self) -> None:
        """Refuse an entry that is there twice or has no Vietnamese (ValueError)."""
        for kind in self.__struct_fields__:
            ids = [one.id for one in getattr(self, kind)]
            if len(ids) != len(set(ids)):
                raise ValueError(f"choices.{kind}: an id is there twice")
            if unnamed := [one.id for one in getattr(self, kind) if not one.names.get("vi")]:
                raise ValueError(f"choices.{kind}: 'vi' is missing for {', '.join(unnamed)}")


def names_of(choices: Choices, chosen: str) -> Names:
    """Return the words of a choice; what the site has since taken out is told by its id."""
    if not chosen:
        return {}
    return next((one.names for one in choices if one.id == chosen), {"vi": chosen})
