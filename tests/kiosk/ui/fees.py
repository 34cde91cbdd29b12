"""Fees to try the touchscreen with."""

from datetime import UTC, datetime

from msgspec.structs import replace

from kiosk.api.fees import FeeTold, PayTo
from kiosk.api.payments import FeeState

AT = datetime(2026, 11, 23, 1, 31, tzinfo=UTC)  # 08:31 in Viet Nam
PENDING = FeeTold(
    dossier="H50.34-261121-00042",
    amount_vnd=8000,
    reference="H50 34 261121 00042",
    what="Lệ phí hộ tịch",
    state=FeeState.PENDING,
    told_at=AT,
    pay_to=PayTo(
        bank="970436",
        bank_name="Vietcombank",
        account="0011001234567",
        holder="UBND XA GIO LINH",
    ),
)
CONFIRMED = replace(PENDING, state=FeeState.CONFIRMED, confirmed_at=AT)
CANCELLED = replace(PENDING, state=FeeState.CANCELLED)
OLD = replace(PENDING, live=False)
NO_ACCOUNT = replace(PENDING, pay_to=None)
OTHER = replace(
    CONFIRMED,
    reference="H50 34 261121 00042 B",
    amount_vnd=21000,
    what="Phí chứng thực bản sao từ bản chính",
)
FEES = {
    "pending": PENDING,
    "confirmed": CONFIRMED,
    "cancelled": CANCELLED,
    "old": OLD,
    "no-account": NO_ACCOUNT,
}
