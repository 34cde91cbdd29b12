"""What Vietnamese can be: which letters and tones may stand together (TLX-8). Pure.

The table is wide on purpose: it keeps what official names of the highlands write (Krông, Đắk,
Pưh), and it does not judge c against k or g against gh.
"""

from kiosk.ui.keyboard.syllable import Tone, parts

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x"
_HIGHLAND = "dr đr hr kl kr ml pl pr"
"""Onsets of names that no tone comes with: Krông, Plông, Prông."""

_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt ăk ăh âc âm ân âng âp ât âu ây
e ec em en eng eo ep et êc êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu
iêc iêm iên iêng iêp iêt iêu o oc oi om on ong oong ooc op ot oa oac oach oai oam oan oang oanh
oao oap oat oay oăc oăm oăn oăng oăp oăt oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt
ơ ơi ơm ơn ơng ơp ơt u ua uc ui um un ung up ut uân uâng uât uây uê uêch uên uênh uêt uêu
uôc uôi uôm uôn uông uôt uơ uơn uy uya uych uyên uyêt uyn uynh uyp uyt uyu
ư ưa ưc ưi ưm ưn ưng ưp ưt ưu ưh ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu ych yn ynh yt
"""
_BEGINNINGS = frozenset(
    rhyme[:end] for rhyme in _RHYMES.split() for end in range(1, len(rhyme) + 1)
) | {"ưo"}
_BEGIN = frozenset(("", *_ONSETS.split()))
_BEGIN_LEVEL = _BEGIN | frozenset(_HIGHLAND.split())
_STOPS = frozenset(("c", "ch", "p", "t"))
_TONES_OF_STOPS = frozenset((Tone.LEVEL, Tone.ACUTE, Tone.DOT))


def possible(letters: str, tone: Tone) -> bool:
    """Return whether a Vietnamese syllable can begin like this, marks and tone as they are."""
    onset, cluster, final = parts(letters.lower())
    if not cluster:
        return True
    if onset not in (_BEGIN_LEVEL if tone is Tone.LEVEL else _BEGIN):
        return False
    if cluster + final not in _BEGINNINGS:
        return False
    return final not in _STOPS or tone in _TONES_OF_STOPS
