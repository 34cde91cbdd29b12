"""Points of elliptic curves, as far as PACE needs them and `cryptography` has them not. Pure.

PACE maps a nonce to a generator of its own (ICAO 9303-11 §4.4.3.3.1), so points have to be added
and multiplied. This arithmetic takes about the same time for all scalars of a
curve, not exactly: they live for one session, and whoever could measure stands at the reader.
"""

from dataclasses import dataclass

from devices.chip.errors import BadAnswerError

UNCOMPRESSED = b"\x04"

Jacobian = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Point:
    """A point other than the one at infinity."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ + ax + b over the integers modulo p; the generator has order n, the cofactor is 1."""

    name: str
    p: int
    a: int
    b: int
    generator: Point
    n: int

    @property
    def size(self) -> int:
        """How many bytes a coordinate has."""
        return (self.p.bit_length() + 7) // 8

    def holds(self, point: Point) -> bool:
        """Return whether the point is on the curve."""
        x, y = point.x, point.y
        inside = 0 <= x < self.p and 0 <= y < self.p
        return inside and (y * y - (x * x + self.a) * x - self.b) % self.p == 0

    def encoded(self, point: Point) -> bytes:
        """Return the point uncompressed (BSI TR-03111 §3.2.1)."""
        size = self.size
        return UNCOMPRESSED + point.x.to_bytes(size, "big") + point.y.to_bytes(size, "big")

    def decoded(self, data: bytes) -> Point:
        """Return the point; raises BadAnswerError when it is none of this curve."""
        size = self.size
        if len(data) != 1 + 2 * size or data[:1] != UNCOMPRESSED:
            raise BadAnswerError("The chip's key is no point of the curve.")
        point = Point(
            int.from_bytes(data[1 : 1 + size], "big"), int.from_bytes(data[1 + size :], "big")
        )
        if not self.holds(point):
            raise BadAnswerError("The chip's key is no point of the curve.")
        return point

    def multiplied(self, scalar: int, point: Point) -> Point:
        """Return the point so many times; raises BadAnswerError at infinity."""
        low, high = _INFINITY, (point.x, point.y, 1)  # Montgomery's ladder
        for at in range(self.n.bit_length() - 1, -1, -1):
            if scalar >> at & 1:
                low, high = self._sum(low, high), self._double(high)
            else:
                low, high = self._double(low), self._sum(low, high)
        return self._affine(low)

    def added(self, one: Point, other: Point) -> Point:
        """Return the sum of two points; raises BadAnswerError at infinity."""
        return self._affine(self._sum((one.x, one.y, 1), (other.x, other.y, 1)))

    def _affine(self, point: Jacobian) -> Point:
        x, y, z = point
        if z == 0:
            raise BadAnswerError("The chip's key leads to no point of the curve.")
        inverse = pow(z, -1, self.p)
        square = inverse * inverse % self.p
        return Point(x * square % self.p, y * square * inverse % self.p)

    def _double(self, point: Jacobian) -> Jacobian:
        x, y, z = point
        if z == 0 or y == 0:
            return _INFINITY
        p = self.p
        yy = y * y % p
        s = 4 * x * yy % p
        m = (3 * x * x + self.a * pow(z, 4, p)) % p
        twice_x = (m * m - 2 * s) % p
        return twice_x, (m * (s - twice_x) - 8 * yy * yy) % p, 2 * y * z % p

    def _sum(self, one: Jacobian, other: Jacobian) -> Jacobian:
        if one[2] == 0:
            return other
        if other[2] == 0:
            return one
        p = self.p
        zz1, zz2 = one[2] * one[2] % p, other[2] * other[2] % p
        u1, u2 = one[0] * zz2 % p, other[0] * zz1 % p
        s1, s2 = one[1] * zz2 * other[2] % p, other[1] * zz1 * one[2] % p
        if u1 == u2:
            return self._double(one) if s1 == s2 else _INFINITY
        h, r = u2 - u1, s2 - s1
        hh = h * h % p
        hhh, v = h * hh % p, u1 * hh % p
        x = (r * r - hhh - 2 * v) % p
        return x, (r * (v - x) - s1 * hhh) % p, h * one[2] * other[2] % p


_INFINITY: Jacobian = (0, 1, 0)


def _curve(name: str, *words: str) -> Curve:
    prime, at_a, at_b, x, y, order = (int(word, 16) for word in words)
    return Curve(name, prime, at_a, at_b, Point(x, y), order)


CURVES = {
    10: _curve(
        "secp224r1",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000000000000000000000001",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFE",
        "B4050A850C04B3ABF54132565044B0B7D7BFD8BA270B39432355FFB4",
        "B70E0CBD6BB4BF7F321390B94A03C1D356C21122343280D6115C1D21",
        "BD376388B5F723FB4C22DFE6CD4375A05A07476444D5819985007E34",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D",
    ),
    11: _curve(
        "brainpoolP224r1",
        "D7C134AA264366862A18302575D1D787B09F075797DA89F57EC8C0FF",
        "68A5E62CA9CE6C1C299803A6C1530B514E182AD8B0042A59CAD29F43",
        "2580F63CCFE44138870713B1A92369E33E2135D266DBB372386C400B",
        "0D9029AD2C7E5CF4340823B2A87DC68C9E4CE3174C1E6EFDEE12C07D",
        "58AA56F772C0726F24C6B89E4ECDAC24354B9E99CAA3F6D3761402CD",
        "D7C134AA264366862A18302575D0FB98D116BC4B6DDEBCA3A5A7939F",
    ),
    12: _curve(
        "secp256r1",
        "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
        "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC",
        "5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
        "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296",
        "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
        "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
    ),
    13: _curve(
        "brainpoolP256r1",
        "A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377",
        "7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9",
        "26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6",
        "8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262",
        "547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997",
        "A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7",
    ),
    14: _curve(
        "brainpoolP320r1",
        "D35E472036BC4FB7E13C785ED201E065F98FCFA6F6F40DEF4F92B9EC7893EC28FCD412B1F1B32E27",
        "3EE30B568FBAB0F883CCEBD46D3F3BB8A2A73513F5EB79DA66190EB085FFA9F492F375A97D860EB4",
        "520883949DFDBC42D3AD198640688A6FE13F41349554B49ACC31DCCD884539816F5EB4AC8FB1F1A6",
        "43BD7E9AFB53D8B85289BCC48EE5BFE6F20137D10A087EB6E7871E2A10A599C710AF8D0D39E20611",
        "14FDD05545EC1CC8AB4093247F77275E0743FFED117182EAA9C77877AAAC6AC7D35245D1692E8EE1",
        "D35E472036BC4FB7E13C785ED201E065F98FCFA5B68F12A32D482EC7EE8658E98691555B44C59311",
    ),
    15: _curve(
        "secp384r1",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF"
        "0000000000000000FFFFFFFF",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF"
        "0000000000000000FFFFFFFC",
        "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D"
        "8A2ED19D2A85C8EDD3EC2AEF",
        "AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25D"
        "BF55296C3A545E3872760AB7",
        "3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE"
        "1D7E819D7A431D7C90EA0E5F",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB2"
        "48B0A77AECEC196ACCC52973",
    ),
    16: _curve(
        "brainpoolP384r1",
        "8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123ACD3A729"
        "901D1A71874700133107EC53",
        "7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F8AA5814A"
        "503AD4EB04A8C7DD22CE2826",
        "04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D57CB43902"
        "95DBC9943AB78696FA504C11",
        "1D1C64F068CF45FFA2A63A81B7C13F6B8847A3E77EF14FE3DB7FCAFE0CBD10E8E826E034"
        "36D646AAEF87B2E247D4AF1E",
        "8ABE1D7520F9C2A45CB1EB8E95CFD55262B70B29FEEC5864E19C054FF99129280E464621"
        "7791811142820341263C5315",
        "8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7CF3AB6AF"
        "6B7FC3103B883202E9046565",
    ),
    17: _curve(
        "brainpoolP512r1",
        "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA703308717D4D9B00"
        "9BC66842AECDA12AE6A380E62881FF2F2D82C68528AA6056583A48F3",
        "7830A3318B603B89E2327145AC234CC594CBDD8D3DF91610A83441CAEA9863BC2DED5D5A"
        "A8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D77FC94CA",
        "3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9"
        "E7C1AC4D77FC94CADC083E67984050B75EBAE5DD2809BD638016F723",
        "81AEE4BDD82ED9645A21322E9C4C6A9385ED9F70B5D916C1B43B62EEF4D0098EFF3B1F78"
        "E2D0D48D50D1687B93B97D5F7C6D5047406A5E688B352209BCB9F822",
        "7DDE385D566332ECC0EABFA9CF7822FDF209F70024A57B1AA000C55B881F8111B2DCDE49"
        "4A5F485E5BCA4BD88A2763AED1CA2B2FA8F0540678CD1E0F3AD80892",
        "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330870553E5C41"
        "4CA92619418661197FAC10471DB1D381085DDADDB58796829CA90069",
    ),
    18: _curve(
        "secp521r1",
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC",
        "0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E15619"
        "3951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00",
        "00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B"
        "5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66",
        "011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE"
        "72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650",
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA5186"
        "8783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
    ),
}
"""The standardised parameters of ICAO 9303-11 §9.5.1 that we have, by their number."""
