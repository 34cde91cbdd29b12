"""Words of the menu, the languages and the reading (domain ACC-2)."""

from dataclasses import dataclass

from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class MenuTexts:
    """One language."""

    open_menu: str
    menu_prompt: str
    menu_more: str
    open_languages: str
    languages_prompt: str
    open_reading: str
    reading_prompt: str
    large: str
    large_note: str
    contrast: str
    contrast_note: str
    low: str
    low_note: str
    spoken: str
    spoken_note: str
    volume: str


VIETNAMESE = MenuTexts(
    open_menu="Việc khác",
    menu_prompt="Ông/bà cần gì?",
    menu_more="Xem tiếp",
    open_languages="Ngôn ngữ",
    languages_prompt="Chọn ngôn ngữ",
    open_reading="Dễ đọc",
    reading_prompt="Chạm vào cách ông/bà đọc dễ hơn",
    large="Chữ to",
    large_note="Chữ lớn hơn",
    contrast="Tương phản cao",
    contrast_note="Nền đen, chữ sáng",
    low="Phím ở dưới thấp",
    low_note="Vừa tầm xe lăn",
    spoken="Đọc thành tiếng",
    spoken_note="Cắm tai nghe",
    volume="Âm lượng {step}",
)

ENGLISH = MenuTexts(
    open_menu="Other matters",
    menu_prompt="What do you need?",
    menu_more="More",
    open_languages="Language",
    languages_prompt="Choose a language",
    open_reading="Easy to read",
    reading_prompt="Touch what makes it easier for you",
    large="Large letters",
    large_note="Bigger text",
    contrast="High contrast",
    contrast_note="White on black",
    low="Keys low down",
    low_note="From a wheelchair",
    spoken="Read aloud",
    spoken_note="Use headphones",
    volume="Volume {step}",
)

MENU = Words("menu", vi=VIETNAMESE, en=ENGLISH)
