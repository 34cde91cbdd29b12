"""Photos that are sent with feedback, as this register takes them."""

from kiosk.backoffice import photos
from kiosk.register.open311.errors import GeoReportError

MOST_BYTES = 5 * 2**20
_LONGEST_PX = 1600


def drawn_anew(content: bytes) -> bytes:
    """Return the photo as a JPEG that is nothing but the picture; raises GeoReportError."""
    try:
        return photos.drawn_anew(content, most_bytes=MOST_BYTES, longest_px=_LONGEST_PX)
    except photos.BadPhotoError as error:
        raise GeoReportError((400, f"media: {error.sentence}")) from error
