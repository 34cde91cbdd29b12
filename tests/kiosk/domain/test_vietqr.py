"""Domain §4.2, PAY-3, PAY-4: golden vectors, an encoder of others, and everything broken."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vietnam_qr_pay import QRPay

from kiosk.domain.tlv import BadFieldsError, crc, fields_of, written
from kiosk.domain.vietqr import (
    BadPaymentCodeError,
    BadTransferError,
    ForeignPaymentCodeError,
    MemoTooLongError,
    Service,
    Transfer,
    VnpayCodeError,
    decode,
    encode,
    memo,
)

STATIC = (
    "00020101021138570010A00000072701270006970436011300110012345670208QRIBFTTA53037045802VN6304E8DB"
)
DYNAMIC = (
    "00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA"
    "5303704540480005802VN62190815H50 261121 00426304EEC9"
)
PLAIN = Transfer(bank="970436", account="0011001234567")
OF_A_DOSSIER = Transfer(
    bank="970436", account="0011001234567", amount=8000, purpose="H50 261121 0042"
)

memos = st.text(string.ascii_letters + string.digits + " ", max_size=25)
transfers = st.builds(
    Transfer,
    bank=st.from_regex(r"[0-9]{6}", fullmatch=True),
    account=st.text(string.ascii_letters + string.digits, min_size=1, max_size=19),
    amount=st.integers(0, 10**13 - 1),
    purpose=memos,
    service=st.sampled_from(Service),
)


def sealed(body: str) -> str:
    """Return a code with a right CRC, so that only what is in it can be refused."""
    return f"{body}6304{crc(f'{body}6304')}"


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return sealed(text[:-8].replace(old, new))


def test_the_check_value_of_the_crc() -> None:
    assert crc("123456789") == "29B1"


@pytest.mark.parametrize(("transfer", "text"), [(PLAIN, STATIC), (OF_A_DOSSIER, DYNAMIC)])
def test_the_golden_vectors_both_ways(transfer: Transfer, text: str) -> None:
    assert encode(transfer) == text
    assert decode(text) == transfer


@given(transfers)
def test_what_was_encoded_is_decoded(transfer: Transfer) -> None:
    text = encode(transfer)
    assert decode(text) == transfer
    assert text.isascii()
    assert list(fields_of(text)) == sorted(fields_of(text))


@given(transfers.filter(lambda one: one.service in (Service.ACCOUNT, Service.CARD)))
def test_an_encoder_of_others_writes_the_same_and_reads_ours(transfer: Transfer) -> None:
    theirs = QRPay.init_viet_qr(
        bank_bin=transfer.bank,
        bank_number=transfer.account,
        amount=str(transfer.amount) if transfer.amount else None,
        purpose=transfer.purpose or None,
        service=transfer.service,
    )
    text = encode(transfer)
    assert theirs.build() == text
    read = QRPay(text)
    assert read.is_valid
    assert (read.consumer.bank_bin, read.consumer.bank_number) == (transfer.bank, transfer.account)


@pytest.mark.parametrize("text", [STATIC, DYNAMIC])
def test_one_changed_character_anywhere_is_refused(text: str) -> None:
    """PAY-4: every place, every printable character; the unchanged text is the control."""
    for at, right in enumerate(text):
        for wrong in string.printable:
            if wrong != right:
                with pytest.raises(BadPaymentCodeError):
                    decode(text[:at] + wrong + text[at + 1 :])
    decode(text)


@pytest.mark.parametrize("text", [STATIC, DYNAMIC])
def test_a_code_cut_off_anywhere_is_refused(text: str) -> None:
    for length in range(len(text)):
        with pytest.raises(BadPaymentCodeError):
            decode(text[:length])


@pytest.mark.parametrize(
    "text",
    [
        DYNAMIC.replace("EEC9", "eec9"),
        changed(DYNAMIC, "540480005", "54048000540490005"),  # an amount there twice
        changed(DYNAMIC, "5802VN", "5802VN5900"),  # a zero-length field
        changed(DYNAMIC, "540480005", "5405+80005"),
        changed(DYNAMIC, "540480005", "54070080.05"),
        changed(DYNAMIC, "540480005", "540105"),
        changed(DYNAMIC, "5303704", "5303840"),  # dollars
        changed(DYNAMIC, "5802VN", "5802LA"),
        changed(DYNAMIC, "QRIBFTTA", "QRIBFTTX"),
        changed(DYNAMIC, "000201", "000202"),
        changed(DYNAMIC, "010212", "010213"),
        changed(DYNAMIC, "970436", "97043x"),
        changed(DYNAMIC, "62190815", "62200815"),
        sealed(DYNAMIC[:-8] + "6304EEC9"),  # a CRC that is not the last
        sealed(""),
        DYNAMIC.replace("H50", "Lệ "),
        DYNAMIC + "\n",
        "",
        "https://example.vn",
    ],
)
def test_what_is_not_whole_is_refused_though_its_crc_be_right(text: str) -> None:
    """PAY-4."""
    with pytest.raises(BadPaymentCodeError):
        decode(text)


def test_codes_of_other_schemes_are_told_apart() -> None:
    vnpay = "00020101021126220010A0000007750104ABCD5303704540480005802VN"
    with pytest.raises(VnpayCodeError):
        decode(sealed(vnpay))
    with pytest.raises(ForeignPaymentCodeError):
        decode(sealed(vnpay.replace("A000000775", "A000000001")))


def test_fields_that_are_not_ours_are_passed_over() -> None:
    """§4.2: `52 0000` of other encoders is the same payment under another CRC."""
    more = changed(DYNAMIC, "5303704", "520400005303704")
    more = changed(more, "5802VN", "5802VN5912UBND XA MAU 6008QUANGTRI")
    assert decode(more) == OF_A_DOSSIER


@given(st.text(max_size=200) | st.text("0123456789ABCDEF", max_size=200).map(sealed))
def test_any_text_is_a_transfer_or_refused(text: str) -> None:
    try:
        decode(text)
    except BadPaymentCodeError:
        return


@given(transfers, st.data())
def test_any_mutation_is_refused_or_still_a_transfer(
    transfer: Transfer, data: st.DataObject
) -> None:
    letters = list(encode(transfer)[:-8])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(letters) - 1))
        letters[at] = data.draw(st.sampled_from(["", "0", "9", "99", "A", " ", letters[at] * 2]))
    try:
        found = decode(sealed("".join(letters)))
    except BadPaymentCodeError:
        return
    assert 0 <= found.amount < 10**13


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Lệ phí", "Le phi"),
        ("Đặng Thị Ễn đóng phí", "Dang Thi En dong phi"),
        ("H50-261121-0042", "H50 261121 0042"),
        ("000.00.22.H49-261121-0042", "000 00 22 H49 261121 0042"),
        ("G09.20-20260609-0092637", "G09 20 20260609 0092637"),
        ("TAM-KIOSK1-261121-0007", "TAM KIOSK1 261121 0007"),
        ("Le\u0323\u0302  phí!", "Le phi"),
        ("٣", ""),
        ("", ""),
    ],
)
def test_a_purpose_is_folded_to_plain_letters(text: str, said: str) -> None:
    """PAY-3, G-5."""
    assert memo(text) == said


def test_a_purpose_is_never_cut() -> None:
    with pytest.raises(MemoTooLongError):
        memo("H49.22.123.45-20260609-0092637")


@given(st.text(max_size=25))
def test_whatever_is_folded_can_be_encoded(text: str) -> None:
    try:
        purpose = memo(text)
    except MemoTooLongError:
        return
    assert decode(encode(Transfer(bank="970436", account="1", purpose=purpose))).purpose == purpose
    assert memo(purpose) == purpose


@pytest.mark.parametrize(
    "bad",
    [
        Transfer(bank="97043", account="1"),
        Transfer(bank="٩٧٠٤٣٦", account="1"),
        Transfer(bank="970436", account=""),
        Transfer(bank="970436", account="1" * 20),
        Transfer(bank="970436", account="1", amount=-1),
        Transfer(bank="970436", account="1", amount=10**13),
        Transfer(bank="970436", account="1", purpose="Lệ phí"),
        Transfer(bank="970436", account="1", purpose="x" * 26),
    ],
)
def test_what_cannot_stand_in_a_code_is_not_encoded(bad: Transfer) -> None:
    with pytest.raises(BadTransferError):
        encode(bad)


def test_a_value_of_a_field_has_99_characters_at_most() -> None:
    assert written([("62", "x" * 99), ("63", "")]).startswith("6299x")
    with pytest.raises(BadFieldsError):
        written([("62", "x" * 100)])
