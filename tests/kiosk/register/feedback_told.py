"""What the tests of feedback send."""

import io

from PIL import Image

KEY = "feedback-mau"
POTHOLE = {
    "api_key": KEY,
    "service_code": "duong-sa",
    "lat": "16.912345",
    "long": "107.012345",
    "address_string": "Trước trường THCS Gio Linh",
    "description": "Ổ gà sâu giữa đường, < 2 m & nguy hiểm.",
    "attribute[KIND]": "pothole",
    "last_name": "Nguyễn Văn Mẫu",
    "phone": "0900000000",
}


def picture(width: int = 640, height: int = 480, kind: str = "JPEG") -> bytes:
    """Return a photo that says where it was taken."""
    photo = Image.new("RGB", (width, height), (120, 90, 60))
    exif = Image.Exif()
    exif[0x010E] = "Nguyen Van Mau"  # ImageDescription
    file = io.BytesIO()
    photo.save(file, kind, exif=exif)
    return file.getvalue()
