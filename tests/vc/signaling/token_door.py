"""A door that lets in whoever has a token, and nobody else."""

from devices.contract.clock import SystemClock
from vc.engine.port import Direction, Leg
from vc.signaling.legs import new_leg_id
from vc.signaling.tokens import Claims, Tokens

CONFERENCE = "giao-ban-thang-11"


class TokenDoor:
    def __init__(self) -> None:
        self.tokens = Tokens(b"a secret of the server", SystemClock())

    def token(self, direction: Direction, *, member: str = "dong-ha", box: str = "") -> str:
        claims = Claims(conference=CONFERENCE, member=member, direction=direction, box=box)
        return self.tokens.issue(claims, valid_for_s=60)

    async def admit(
        self, token: str, conference: str, direction: Direction, *, box: str | None
    ) -> Leg:
        claims = self.tokens.redeem(token, conference, direction, box=box)
        return Leg(id=new_leg_id(), source=claims.member, direction=claims.direction)
