"""A specimen card's chip: synthetic data of the domain's example, signed by an issuer of our own.

Country and issuer are Utopia's (`UTO`, ICAO 9303-3 §5) wherever a certificate names one, so that no
certificate made here is ever taken for Viet Nam's.
"""

import hashlib
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw

from devices.chip import lds, tlv
from devices.chip.applet import Card, card_access
from devices.chip.cms import CONTENT_TYPE, CONTEXT_0, MESSAGE_DIGEST, SIGNED_DATA
from devices.chip.messages import ChipFields
from devices.chip.mrz import MrzKey, check_digit
from devices.chip.pace import PaceInfo
from devices.chip.passive import SECURITY_OBJECT

PACE_AES_128 = PaceInfo("0.4.0.127.0.7.2.2.4.2.2", 13)
SHA_256 = "2.16.840.1.101.3.4.2.1"
ECDSA_SHA_256 = "1.2.840.10045.4.3.2"
CHIP_AUTHENTICATION = "0.4.0.127.0.7.2.2.3.2.2"

_VALID = timedelta(days=365)
_UTF8 = 0x0C


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Whose card it is: the fields with accents, and the zone's without."""

    fields: ChipFields
    zone_name: str
    parents: tuple[str, str]
    can: str = "001234"

    @property
    def key(self) -> MrzKey:
        """What is printed on the card and opens it."""
        return MrzKey(self.fields.number[-9:], _yymmdd(self.fields.birth), self._expiry)

    @property
    def _expiry(self) -> str:
        return _yymmdd(self.fields.expires)

    @property
    def zone(self) -> str:
        """The machine-readable zone, 90 letters (ICAO 9303-5)."""
        key = self.key
        first = f"IDVNM{key.number}{check_digit(key.number)}{self.fields.number}".ljust(30, "<")
        sex = "M" if self.fields.sex == "Nam" else "F"
        second = f"{key.birth}{check_digit(key.birth)}{sex}{key.expiry}{check_digit(key.expiry)}"
        second = f"{second}VNM".ljust(29, "<")
        composite = check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
        return first + second + composite + self.zone_name.ljust(30, "<")


HOA = Person(
    fields=ChipFields(
        number="045190001234",
        name="Nguyễn Thị Hoa",
        birth="20/05/1990",
        sex="Nữ",
        nationality="Việt Nam",
        ethnicity="Kinh",
        religion="Không",
        origin="Gio Linh, Quảng Trị",
        residence="Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị",
        marks="Nốt ruồi cách 1 cm dưới mắt trái",
        issued="15/04/2022",
        expires="20/05/2030",
        old_number="197123456",
    ),
    zone_name="NGUYEN<<THI<HOA",
    parents=("Nguyễn Văn Mẫu", "Trần Thị Mẫu"),
)
BINH = replace(
    HOA,
    fields=ChipFields(
        number="001090123456",
        name="Lê Văn Bình",
        birth="03/02/1990",
        sex="Nam",
        expires="03/02/2030",
    ),
    zone_name="LE<<VAN<BINH",
    can="123456",
)


class Issuer:
    """A CSCA of Utopia and its document signer, ECDSA on P-256."""

    def __init__(self, now: datetime | None = None, name: str = "Specimen CSCA") -> None:
        self._now = now or datetime.now(UTC)
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._signer_key = ec.generate_private_key(ec.SECP256R1())
        root = _name(name)
        self.certificate = self._certificate(root, root, self._root_key, authority=True)
        self.signer = self._certificate(
            _name("Specimen Document Signer"), root, self._signer_key, authority=False
        )

    @property
    def pem(self) -> bytes:
        """The CSCA certificate, as a box is configured with."""
        return self.certificate.public_bytes(Encoding.PEM)

    def signed(self, groups: dict[int, bytes]) -> bytes:
        """Return EF.SOD over these data groups (ICAO 9303-10 §4.6.2)."""
        content = security_object(groups)
        return tlv.encode(lds.SOD_TAG, self._signed_data(content))

    def _signed_data(self, content: bytes) -> bytes:
        attributes = b"".join(
            sorted(
                _sequence(_oid(name), tlv.encode(tlv.SET, value))
                for name, value in (
                    (CONTENT_TYPE, _oid(SECURITY_OBJECT)),
                    (MESSAGE_DIGEST, tlv.encode(tlv.OCTETS, hashlib.sha256(content).digest())),
                )
            )
        )
        signature = self._signer_key.sign(
            tlv.encode(tlv.SET, attributes), ec.ECDSA(hashes.SHA256())
        )
        digest = _sequence(_oid(SHA_256))
        serial = _number(self.signer.serial_number)
        signer = _sequence(
            _number(1),
            _sequence(self.signer.issuer.public_bytes(), serial),
            digest,
            tlv.encode(CONTEXT_0, attributes),
            _sequence(_oid(ECDSA_SHA_256)),
            tlv.encode(tlv.OCTETS, signature),
        )
        inner = _sequence(
            _oid(SECURITY_OBJECT), tlv.encode(CONTEXT_0, tlv.encode(tlv.OCTETS, content))
        )
        signed = _sequence(
            _number(3),
            tlv.encode(tlv.SET, digest),
            inner,
            tlv.encode(CONTEXT_0, self.signer.public_bytes(Encoding.DER)),
            tlv.encode(tlv.SET, signer),
        )
        return _sequence(_oid(SIGNED_DATA), tlv.encode(CONTEXT_0, signed))

    def _certificate(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        authority: bool,
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - timedelta(days=1))
            .not_valid_after(self._now + _VALID)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .sign(self._root_key, hashes.SHA256())
        )


def card_of(
    person: Person, issuer: Issuer | None, offers: tuple[PaceInfo, ...] = (PACE_AES_128,)
) -> Card:
    """Return the person's card with everything in its chip; without an issuer nobody signed it."""
    groups = groups_of(person, offers)
    present = bytes(lds.TAGS[group] for group in groups)
    files = {lds.group_file(group): data for group, data in groups.items()}
    files[lds.COM] = tlv.encode(
        lds.COM_TAG,
        tlv.encode(0x5F01, b"0107"),
        tlv.encode(0x5F36, b"040000"),
        tlv.encode(0x5C, present),
    )
    if issuer:
        files[lds.SOD] = issuer.signed(groups)
    return Card(person.key, files, person.can, offers)


def tampered(card: Card) -> Card:
    """Return the card with another name in its zone, which nobody signed."""
    file = lds.group_file(lds.DG1)
    data = bytearray(card.files[file])
    data[-30:-28] = b"XX"
    return replace(card, files={**card.files, file: bytes(data)})


def with_signature_of(card: Card, other: Card) -> Card:
    """Return the card with a signature that is right, and another card's."""
    return replace(card, files={**card.files, lds.SOD: other.files[lds.SOD]})


def groups_of(person: Person, offers: tuple[PaceInfo, ...] = (PACE_AES_128,)) -> dict[int, bytes]:
    """Return DG1, DG2, DG13 and DG14 of the person's chip."""
    zone = tlv.encode(0x5F1F, person.zone.encode("ascii"))
    ways = tlv.read_one(card_access(offers), tlv.SET).value
    protocol = _sequence(_oid(CHIP_AUTHENTICATION), _number(1))
    return {
        lds.DG1: tlv.encode(lds.TAGS[lds.DG1], zone),
        lds.DG2: face_file("jpeg", face_picture()),
        lds.DG13: fields_file(person),
        lds.DG14: tlv.encode(lds.TAGS[lds.DG14], tlv.encode(tlv.SET, ways, protocol)),
    }


def fields_file(person: Person) -> bytes:
    """Return DG13, with parents and spouse as real chips have them."""
    fields = person.fields
    texts = (
        *(fields.number, fields.name, fields.birth, fields.sex, fields.nationality),
        *(fields.ethnicity, fields.religion, fields.origin, fields.residence, fields.marks),
        *(fields.issued, fields.expires),
    )
    rows = [_sequence(_number(at), _text(text)) for at, text in enumerate(texts, start=1)]
    father, mother = (
        tlv.encode(0x80 + at, name.encode()) for at, name in enumerate(person.parents)
    )
    rows.append(_sequence(_number(13), _sequence(father, mother)))
    rows.append(_sequence(_number(14), _text("")))
    rows.append(_sequence(_number(15), _text(fields.old_number)))
    rows.append(_sequence(_number(16), _text(fields.number)))
    return tlv.encode(lds.TAGS[lds.DG13], _sequence(*rows))


def face_file(kind: str, picture: bytes, points: int = 0) -> bytes:
    """Return DG2 with one picture (ISO/IEC 19794-5), `points` feature points before it."""
    about = bytes((1, ("jpeg", "jpeg2000").index(kind))) + bytes(10)
    size = 20 + 8 * points + len(about) + len(picture)
    face = size.to_bytes(4, "big") + points.to_bytes(2, "big") + bytes(14 + 8 * points)
    face += about + picture
    record = b"FAC\x00010\x00" + (14 + size).to_bytes(4, "big") + b"\x00\x01" + face
    template = tlv.encode(0x7F60, tlv.encode(0xA1, b""), tlv.encode(0x5F2E, record))
    group = tlv.encode(0x7F61, _number(1), template)
    return tlv.encode(lds.TAGS[lds.DG2], group)


def face_picture() -> bytes:
    """Return a silhouette as a JPEG: nobody's face."""
    picture = Image.new("L", (240, 320), 214)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((70, 60, 170, 180), fill=150)
    pen.pieslice((30, 190, 210, 460), 180, 360, fill=150)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=80)
    return file.getvalue()


def security_object(groups: dict[int, bytes]) -> bytes:
    """Return the hashes of data groups as EF.SOD has them (ICAO 9303-10 §4.6.2.3)."""
    rows = [
        _sequence(_number(group), tlv.encode(tlv.OCTETS, hashlib.sha256(data).digest()))
        for group, data in groups.items()
    ]
    return _sequence(_number(0), _sequence(_oid(SHA_256)), _sequence(*rows))


def _yymmdd(day: str) -> str:
    return day[8:10] + day[3:5] + day[:2]


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Utopia (UTO), dữ liệu mẫu"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _sequence(*values: bytes) -> bytes:
    return tlv.encode(tlv.SEQUENCE, *values)


def _oid(name: str) -> bytes:
    return tlv.encode(tlv.OID, tlv.oid(name))


def _number(value: int) -> bytes:
    return tlv.encode(tlv.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _text(text: str) -> bytes:
    return tlv.encode(_UTF8, text.encode())
