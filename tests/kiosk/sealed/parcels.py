"""A marked citizen's prepared dossier: what must be found nowhere afterwards."""

import hashlib

from kiosk.sealed.prepared import Declaration, Prepared, ScannedPaper

NAME = "Lê Thị Dấu Riêng"
NUMBER = "045190987654"
PHONE = "0912765432"
INSIDE = b"DAU-RIENG-TRONG-GIAY"
PDFS = tuple(
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 280]>>endobj\n"
    b"% " + INSIDE + mark + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    for mark in (b"-1", b"-2")
)
MARKS = (NAME.encode(), NUMBER.encode(), PHONE.encode(), INSIDE)
DECLARATION = Declaration(
    name=NAME,
    birth="20/05/1990",
    sex="Nữ",
    number=NUMBER,
    address="Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị",
    phone=PHONE,
    from_card=("name", "number"),
)
PREPARED = Prepared(
    procedure="1.001193",
    procedure_name="Đăng ký khai sinh",
    declaration=DECLARATION,
    papers=tuple(
        ScannedPaper(id=f"p{at}", name=name, pages=1, sha256=hashlib.sha256(pdf).hexdigest())
        for at, (name, pdf) in enumerate(zip(("Tờ khai", "Giấy chứng sinh"), PDFS, strict=True))
    ),
    missing=("Giấy chứng nhận kết hôn",),
)
