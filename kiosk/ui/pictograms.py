"""Pictograms on a 24 x 24 grid, drawn with one pen: what a name looks like, as an alpha mask."""

from PIL import Image, ImageDraw

Stroke = tuple[str, tuple[float, ...]]
GRID = 24
_PEN = 1.7
_OVERSAMPLING = 4

_SHEET: tuple[Stroke, ...] = (
    ("path", (6, 3, 14.5, 3, 18.5, 7, 18.5, 21, 6, 21, 6, 3)),
    ("path", (14, 3.5, 14, 7.5, 18, 7.5)),
)
_PERSON: tuple[Stroke, ...] = (
    ("circle", (12, 7.5, 4)),
    ("arc", (4, 14, 20, 30, 180, 360)),
)
_FACE: tuple[Stroke, ...] = (
    ("circle", (12, 12, 9.5)),
    ("dot", (8.6, 9.6, 1.25)),
    ("dot", (15.4, 9.6, 1.25)),
)
_TICKET: tuple[Stroke, ...] = (
    (
        "path",
        (
            6.5,
            3,
            17.5,
            3,
            17.5,
            21,
            15.7,
            19.6,
            13.8,
            21,
            12,
            19.6,
            10.2,
            21,
            8.3,
            19.6,
            6.5,
            21,
            6.5,
            3,
        ),
    ),
)

_DRAWINGS: dict[str, tuple[Stroke, ...]] = {
    "document": (*_SHEET, ("path", (9, 12, 15.5, 12)), ("path", (9, 16, 15.5, 16))),
    "folder": (
        ("path", (3, 19, 3, 5.5, 9, 5.5, 11, 8, 21, 8, 21, 19, 3, 19)),
        ("path", (3, 11.5, 21, 11.5)),
    ),
    "family": (
        ("circle", (8, 6.5, 2.8)),
        ("circle", (16.5, 7.5, 2.4)),
        ("arc", (3, 11.5, 13, 27.5, 180, 360)),
        ("arc", (13, 12.5, 20.5, 26.5, 200, 360)),
        ("path", (3, 19.5, 20.5, 19.5)),
    ),
    "stamp": (
        ("path", (9.5, 14, 10.5, 9)),
        ("circle", (12, 6, 3)),
        ("path", (13.5, 9, 14.5, 14)),
        ("path", (5, 18, 5, 15.5, 6.5, 14, 17.5, 14, 19, 15.5, 19, 18, 5, 18)),
        ("path", (4, 21.2, 20, 21.2)),
    ),
    "house": (
        ("path", (3, 11.5, 12, 3.5, 21, 11.5)),
        ("path", (5.5, 9.5, 5.5, 20.5, 18.5, 20.5, 18.5, 9.5)),
        ("path", (10, 20.5, 10, 14, 14, 14, 14, 20.5)),
    ),
    "land": (
        ("path", (3, 6, 9, 3.5, 15, 6, 21, 3.5, 21, 18, 15, 20.5, 9, 18, 3, 20.5, 3, 6)),
        ("path", (9, 3.5, 9, 18)),
        ("path", (15, 6, 15, 20.5)),
    ),
    "shop": (
        ("path", (4, 9.5, 5.5, 4, 18.5, 4, 20, 9.5, 4, 9.5)),
        ("path", (5.5, 9.5, 5.5, 20.5, 18.5, 20.5, 18.5, 9.5)),
        ("path", (13.5, 20.5, 13.5, 14, 9, 14, 9, 20.5)),
    ),
    "heart": (
        ("arc", (3, 4.5, 12, 13.5, 150, 360)),
        ("arc", (12, 4.5, 21, 13.5, 180, 390)),
        ("path", (3.6, 11.2, 12, 20.5, 20.4, 11.2)),
    ),
    "card": (
        ("path", (2.5, 5.5, 21.5, 5.5, 21.5, 18.5, 2.5, 18.5, 2.5, 5.5)),
        ("circle", (8, 10.5, 2)),
        ("arc", (4.9, 13.3, 11.1, 19, 180, 360)),
        ("path", (14, 10, 18.5, 10)),
        ("path", (14, 14, 18.5, 14)),
    ),
    "scan": (
        ("path", (3, 7.5, 3, 3, 7.5, 3)),
        ("path", (16.5, 3, 21, 3, 21, 7.5)),
        ("path", (21, 16.5, 21, 21, 16.5, 21)),
        ("path", (7.5, 21, 3, 21, 3, 16.5)),
        ("path", (7.5, 7.5, 10.5, 7.5, 10.5, 10.5, 7.5, 10.5, 7.5, 7.5)),
        ("path", (13.5, 7.5, 16.5, 7.5, 16.5, 10.5, 13.5, 10.5, 13.5, 7.5)),
        ("path", (7.5, 13.5, 10.5, 13.5, 10.5, 16.5, 7.5, 16.5, 7.5, 13.5)),
        ("dot", (14.2, 14.2, 0.9)),
        ("dot", (16.3, 16.3, 0.9)),
    ),
    "result": (*_SHEET, ("path", (8.8, 14, 11.3, 16.5, 15.8, 11.5))),
    "desk": (
        ("circle", (12, 6, 3)),
        ("arc", (7, 10.5, 17, 20.5, 180, 360)),
        ("path", (3, 15.5, 21, 15.5)),
        ("path", (5, 15.5, 5, 21, 19, 21, 19, 15.5)),
    ),
    "clock": (("circle", (12, 12, 9.5)), ("path", (12, 6.5, 12, 12, 16, 14.5))),
    "touch": (
        ("path", (9.5, 14, 9.5, 5.5)),
        ("arc", (9.5, 4, 12.5, 7, 180, 360)),
        (
            "path",
            (
                12.5,
                5.5,
                12.5,
                11,
                18,
                12.2,
                19.3,
                14,
                18,
                21,
                10.5,
                21,
                6,
                15.2,
                7.3,
                13.6,
                9.5,
                15.5,
            ),
        ),
        ("arc", (6, 0.5, 16, 10.5, 160, 380)),
    ),
    "star": (
        (
            "path",
            (
                12,
                2.8,
                14.8,
                9,
                21.5,
                9.7,
                16.5,
                14.2,
                18,
                20.8,
                12,
                17.4,
                6,
                20.8,
                7.5,
                14.2,
                2.5,
                9.7,
                9.2,
                9,
                12,
                2.8,
            ),
        ),
    ),
    "back": (("path", (13, 5, 6, 12, 13, 19)), ("path", (6, 12, 20, 12))),
    "more": (("path", (11, 5, 18, 12, 11, 19)), ("path", (4, 12, 18, 12))),
    "check": (("path", (4, 12.5, 9.8, 18.5, 20.5, 6)),),
    "erase": (
        ("path", (9, 5, 21, 5, 21, 19, 9, 19, 3, 12, 9, 5)),
        ("path", (12, 9, 17.5, 15)),
        ("path", (17.5, 9, 12, 15)),
    ),
    "print": (
        ("path", (7, 8.5, 7, 3, 17, 3, 17, 8.5)),
        ("path", (7, 17, 3, 17, 3, 8.5, 21, 8.5, 21, 17, 17, 17)),
        ("path", (7, 13.5, 17, 13.5, 17, 21, 7, 21, 7, 13.5)),
    ),
    "ticket": (*_TICKET, ("path", (9.5, 8, 14.5, 8)), ("path", (9.5, 12, 14.5, 12))),
    "paper": (*_TICKET, ("path", (12, 7, 12, 12)), ("dot", (12, 15.3, 1.1))),
    "person": _PERSON,
    "nguoi_cao_tuoi": (
        ("circle", (10.5, 5, 2.8)),
        ("path", (9.5, 8.5, 8, 14, 11, 16.5, 10.5, 21.3)),
        ("path", (8, 14, 5.5, 21.3)),
        ("path", (10.5, 10, 13, 12.5, 17, 12.5)),
        ("path", (17, 21.3, 17, 12.5)),
    ),
    "nguoi_khuyet_tat": (
        ("dot", (10, 3.6, 2.1)),
        ("path", (10, 7, 10, 13.5, 16, 13.5, 18.5, 19, 20.5, 18.2)),
        ("path", (10, 10, 15, 10)),
        ("arc", (4, 10, 15.5, 21.5, 20, 255)),
    ),
    "phu_nu_mang_thai": (
        ("circle", (10.5, 4.8, 2.8)),
        ("path", (10, 8.5, 8.5, 12, 8.5, 16, 9.5, 21.3)),
        ("arc", (8.5, 9.5, 16.5, 17.5, 250, 450)),
        ("path", (12.5, 17.3, 13, 21.3)),
    ),
    "con_nho_duoi_36_thang": (
        ("circle", (12, 9, 6)),
        ("dot", (9.7, 8.4, 1)),
        ("dot", (14.3, 8.4, 1)),
        ("arc", (9.5, 8.5, 14.5, 12.8, 30, 150)),
        ("arc", (10.5, 1, 13.5, 5, 90, 270)),
        ("arc", (5, 15.5, 19, 27.5, 180, 360)),
    ),
    "uu_tien_nguoi_co_cong": (
        ("circle", (12, 15, 6)),
        ("path", (8.5, 9.8, 5.5, 2.5, 10, 2.5, 12, 7)),
        ("path", (15.5, 9.8, 18.5, 2.5, 14, 2.5, 12, 7)),
        ("dot", (12, 15, 2)),
    ),
    "face3": (*_FACE, ("arc", (6.8, 7.5, 17.2, 17.8, 15, 165)), ("path", (7, 13.9, 17, 13.9))),
    "face2": (*_FACE, ("arc", (7.5, 8.5, 16.5, 16.8, 30, 150))),
    "face1": (*_FACE, ("arc", (7.5, 14.2, 16.5, 22.2, 210, 330))),
}
ALIASES = {"residence": "house", "form": "document", "id": "card"}
NAMES = frozenset(_DRAWINGS)


def mask(name: str, size: int) -> Image.Image:
    """Return the pictogram as an 8-bit mask of `size` x `size`; an unknown name is a document."""
    strokes = _DRAWINGS.get(ALIASES.get(name, name), _DRAWINGS["document"])
    scale = size * _OVERSAMPLING / GRID
    picture = Image.new("L", (size * _OVERSAMPLING, size * _OVERSAMPLING))
    draw = ImageDraw.Draw(picture)
    pen = _PEN * scale
    for kind, numbers in strokes:
        _draw(draw, kind, [number * scale for number in numbers], numbers, pen)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _draw(
    draw: ImageDraw.ImageDraw, kind: str, at: list[float], numbers: tuple[float, ...], pen: float
) -> None:
    half = pen / 2
    if kind == "path":
        points = list(zip(at[::2], at[1::2], strict=True))
        draw.line(points, fill=255, width=round(pen), joint="curve")
        for x, y in points:
            draw.ellipse((x - half, y - half, x + half, y + half), fill=255)
    elif kind == "arc":
        box = (at[0] - half, at[1] - half, at[2] + half, at[3] + half)
        draw.arc(box, numbers[4], numbers[5], fill=255, width=round(pen))
    else:
        x, y, radius = at
        reach = radius if kind == "dot" else radius + half
        box = (x - reach, y - reach, x + reach, y + reach)
        filled = 255 if kind == "dot" else None
        draw.ellipse(box, fill=filled, outline=255, width=round(pen))
