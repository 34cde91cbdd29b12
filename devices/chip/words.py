"""What a read chip proves, in plain words. Pure.

The words never claim more than was shown (ID-12): "xác thực" is not among them.
"""

from dataclasses import dataclass

from devices.chip.messages import Proof


@dataclass(frozen=True, slots=True)
class Words:
    """The same sentence in Vietnamese and in English."""

    vi: str
    en: str


_ONLY_ANSWERS = Words(
    "Chỉ cho thấy có một con chip trả lời. Máy không biết ai đã ký dữ liệu này.",
    "It only shows that a chip answers. This machine does not know who signed this data.",
)
_ALTERED = Words(
    "Dữ liệu trên chip không khớp với chữ ký đi kèm. Không dùng dữ liệu này.",
    "The chip's data does not match the signature that comes with it. Do not use it.",
)

PROVES = {
    Proof.SIGNED_BY_KNOWN_ISSUER: Words(
        "Dữ liệu đúng như cơ quan cấp đã ký. Điều này không loại trừ chip sao chép, và không cho"
        " biết người cầm thẻ có phải chủ thẻ hay không.",
        "The data is as its issuer signed it. This does not rule out a copied chip, nor tell"
        " whether the bearer is the owner.",
    ),
    Proof.UNKNOWN_ISSUER: _ONLY_ANSWERS,
    Proof.NOT_SIGNED: _ONLY_ANSWERS,
    Proof.UNSUPPORTED: Words(
        "Chỉ cho thấy có một con chip trả lời. Máy không đọc được loại chữ ký này.",
        "It only shows that a chip answers. This machine cannot check this kind of signature.",
    ),
    Proof.UNREADABLE: Words(
        "Chỉ cho thấy có một con chip trả lời. Chữ ký trên chip không đọc được.",
        "It only shows that a chip answers. The signature on the chip cannot be read.",
    ),
    Proof.ISSUER_EXPIRED: Words(
        "Chữ ký khớp, nhưng chứng thư của cơ quan cấp không có hiệu lực vào ngày này.",
        "The signature fits, but the issuer's certificate is not valid today.",
    ),
    Proof.SIGNATURE_WRONG: _ALTERED,
    Proof.HASHES_WRONG: _ALTERED,
}
"""Every proof's sentence."""
