"""A certificate's fingerprint as words two people can compare on the telephone: 青山 大桥 老屋 …

Eight words of two characters carry 64 bits: enough against somebody who stands in the line and has until the
telephone call ends. The whole fingerprint travels inside the invitation code; the words are for eyes and ears.
"""

_HOW = "红黄青白黑大小高长新老金银石木花"
_WHAT = "山水桥门船车马牛鱼鸟树田灯屋路井"
WORDS = 8


def spoken(fingerprint: bytes) -> str:
    """The first bytes of a SHA-256 as eight words with spaces between; "" for an empty one (a public certificate)."""
    return " ".join(_HOW[byte >> 4] + _WHAT[byte & 15] for byte in fingerprint[:WORDS])
