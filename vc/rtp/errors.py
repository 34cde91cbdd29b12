"""What can be wrong with the other side's session description: a family with codes `sdp.*`."""

from devices.contract.errors import MotcuaError


class SdpError(MotcuaError):
    """The session description cannot be used."""

    code = "sdp.refused"


class NotSdpError(SdpError):
    """This is no session description (RFC 8866)."""

    code = "sdp.not_sdp"


class SdpTooLargeError(SdpError):
    """The session description is larger than any honest one."""

    code = "sdp.too_large"


class TooManyMediaError(SdpError):
    """The session description has more media sections than any honest one."""

    code = "sdp.too_many_media"


class NoCommonCodecError(SdpError):
    """None of the codecs is one we may use."""

    code = "sdp.no_common_codec"


class NoFingerprintError(SdpError):
    """There is no usable certificate fingerprint (sha-256 or stronger, RFC 8122)."""

    code = "sdp.no_fingerprint"


class NoIceError(SdpError):
    """There are no usable ICE credentials (RFC 8839)."""

    code = "sdp.no_ice"


class NotBundledError(SdpError):
    """Media need one transport: BUNDLE (RFC 9143) and rtcp-mux (RFC 5761)."""

    code = "sdp.not_bundled"


class NothingToCarryError(SdpError):
    """No section offers picture or sound in a direction we take."""

    code = "sdp.nothing_to_carry"


class AnswerDiffersError(SdpError):
    """The answer does not fit the offer."""

    code = "sdp.answer_differs"


class NotNowError(SdpError):
    """The session is not in a state to take this description."""

    code = "sdp.not_now"
