"""What a word is in every script: the words of a text, their runs and repeats, and how alike two texts are by them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from fractions import Fraction
from functools import lru_cache

LETTER = r"0-9A-Za-z\u0080-\U0010ffff"
"""In unified text, what a word is made of: outside of ASCII nothing else is left but symbols, between spaces."""
_WORD = re.compile(rf"[{LETTER}_]+|\++|[$<=>%]")
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\u3005-\u3007\u3040-\u312f"
    r"\u31a0-\u31bf\u31f0-\u31ff\u3400-\u9fff\ua000-\ua4cf\ua980-\ua9ff\uaa60-\uaadf\uf900-\ufaff"
    r"\U00016fe0-\U00018dff\U0001b000-\U0001b2ff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Tai, Javanese, Balinese, kana, Yi and Chinese characters. They decide who is merged."""
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_RUN = re.compile(f"([{_UNSPACED}]+)|[^{_UNSPACED}]+")
_NO_APOSTROPHES = str.maketrans("", "", "'`")
_ONE_I = str.maketrans("ıİ", "ii")
_PICTURES = r"\u2190-\u2bff\U0001f000-\U0001fbff"
_IS_PICTURE = re.compile(f"[{_PICTURES}]")
_PICTURE = re.compile(
    r"[\U0001f1e6-\U0001f1ff]{2}"
    rf"|[{_PICTURES}](?:[\U0001f3fb-\U0001f3ff\u20e3\U000e0020-\U000e007f]|\u200d[{_PICTURES}])*"
)
"""A flag; or an emoji or other picture, with its skin tone and what is joined to it."""
_LOOSE = re.compile(rf"(?<![{LETTER}_])[\u0300-\u036f\u3099\u309a\u200c\u200d]+|\u200c+(?![{LETTER}_])")
"""Accents on their own, which is what NFKC makes of "´", and joiners that join nothing."""
_UNSEEN = frozenset("\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f")
"""Letters and marks that fill or stretch, as the Arabic tatweel does; variation selectors join them."""
_APOSTROPHES = frozenset("\u2018\u2019\u02bc")
_SYMBOLS_OF_ASCII = frozenset("+$<=>%")
_SYMBOLS_BY_USE = frozenset("\u2030\u2031")
_JOINERS = frozenset("\u200c\u200d")


_INITIALS = re.compile(r"\b[A-Za-z](?:\.[A-Za-z]\b)+\.?")
MINUS = re.compile(r"(?<![\w.,)\]'])(?<!\d )[-\u2010-\u2013\u2212](?=\d)")
"""A sign before a number, which no hyphen within a word or a range of numbers is."""
_PRINTED = re.compile(
    rf"\d+(?:[.,]\d+)*[{LETTER}_]*|[{LETTER}]+[+#]+|[{LETTER}]+(?:'[{LETTER}]+)*|[.!?]|[,;:/&()]|\++|[$<=>%]"
)
_HAS_ACCENT = re.compile(
    r"[\u00c0-\u024f\u0300-\u036f\u0370-\u03ff\u0401\u0451\u05b0-\u05c7\u0622-\u0626\u064b-\u0655\u0670\u1e00-\u1fff]"
)
_ACCENT = re.compile(
    r"(?<=[A-Za-z\u0370-\u03ff\u0300-\u036f])[\u0300-\u036f]|(?<=[\u0415\u0435])\u0308|[\u05b0-\u05c7\u064b-\u0655\u0670]"
)


class _Characters(dict[int, str]):
    """What becomes of a character in unified text, found by its properties when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _in_unified_text(chr(code))
        return found


_CHARACTERS = _Characters()


def fold(text: str) -> str:
    """`text` composed (NFC), case-folded, with straight apostrophes."""
    return unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")


def unified(text: str) -> str:
    """`text` in its compatibility forms (NFKC), with what is no word taken out, but for ASCII, which stays as it is.

    Outside of ASCII there are, besides spaces: letters with all their marks and joiners; and symbols, each between
    spaces: flags, emoji as they are seen (skin tone and joined pictures with them), currency and other signs. Digits
    and apostrophes become those of ASCII. What nobody sees is left out: variation selectors, tatweel, soft hyphens.
    """
    if text.isascii():
        return text
    spaced = unicodedata.normalize("NFKC", text).translate(_CHARACTERS)
    return unicodedata.normalize("NFC", _LOOSE.sub("", _PICTURE.sub(r" \g<0> ", spaced)))


def words(text: str, *, cut: int = 0) -> list[str]:
    """The words in order, case-folded and unified, without apostrophes.

    A word holds letters with their vowel signs and other marks, digits and underscores; a symbol that means something
    is one, too ("🇰🇪", "€", "++"). A run of a script that puts no space between words is one word, or, with `cut`, its
    overlapping pieces of so many characters.
    """
    if text.isascii():
        return _WORD.findall(text.lower().translate(_NO_APOSTROPHES))
    found = _WORD.findall(unified(folded(text)).translate(_NO_APOSTROPHES))
    if not cut or not _HAS_UNSPACED.search(text):
        return found
    return [piece for word in found for piece in pieces(word, cut)]


def is_symbol(word: str) -> bool:
    """Whether one of the `words` is a sign: a flag, an emoji, a currency."""
    return word[0] in _SYMBOLS_OF_ASCII or word[0] in _SYMBOLS_BY_USE or unicodedata.category(word[0])[0] == "S"


def folded(text: str) -> str:
    """`text` in its compatibility forms (NFKC), case-folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def without_points(text: str) -> str:
    """`text` in which initials are one word ("U.S." is "US")."""
    return _INITIALS.sub(lambda found: found[0].replace(".", ""), text)


def printed(text: str) -> list[str]:
    """The words, signs and marks of punctuation in order, as they are written; of scripts without spaces, characters.

    Initials are one word ("U.S."), a number is one with its comma or point, and a minus before it is a sign.
    """
    plain = without_points(unified(MINUS.sub(" \u2212 ", text)))
    found = _PRINTED.findall(plain)
    if not _HAS_UNSPACED.search(plain):
        return found
    return [piece for word in found for piece in pieces(word, 1)]


def unaccented(text: str) -> str:
    """`text` without accents on Latin and Greek letters, ё as е, and without Arabic and Hebrew vowel points and hamzas.

    The Turkish ı and İ become any i, since capitals do not tell which small letter they are. Marks that make another
    letter in their script stay: those of й, of Indian vowels, of kana.
    """
    if text.isascii():
        return text
    plain = text.translate(_ONE_I) if "\u0131" in text or "\u0130" in text else text
    if not _HAS_ACCENT.search(plain):
        return plain
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", plain)))


@lru_cache(maxsize=4096)
def word_set(text: str) -> frozenset[str]:
    """The different words of a text, unaccented; those of scripts without spaces as pieces of two characters."""
    return frozenset(words(unaccented(text), cut=2))


def jaccard(a: Set[str], b: Set[str]) -> float:
    """|A ∩ B| / |A ∪ B|; 0 when both are empty."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def is_alike(a: Set[str], b: Set[str], threshold: Fraction) -> bool:
    """Whether the Jaccard similarity is at least `threshold`, compared in whole numbers: exactly at it is alike.

    An empty set is like nothing.
    """
    common = len(a & b)
    return common > 0 and common * threshold.denominator >= (len(a) + len(b) - common) * threshold.numerator


def ngrams(found: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """Every n words in a row, in order."""
    return list(zip(*(found[i:] for i in range(n)), strict=False))


def repeated(found: Sequence[str], n: int = 3) -> float:
    """The share of the runs of n words that came before in the text; 0 when it has none."""
    grams = ngrams(found, n)
    return (len(grams) - len(set(grams))) / len(grams) if grams else 0.0


def shares_run(found: Sequence[str], others: Sequence[str], n: int) -> bool:
    """Whether both texts have the same n words in a row."""
    return not set(ngrams(found, n)).isdisjoint(ngrams(others, n))


def pieces(word: str, size: int) -> Iterator[str]:
    """The word, or its runs of a script without spaces as overlapping pieces of `size` characters."""
    for run in _RUN.finditer(word):
        if run[1] is None:
            yield run[0]
        else:
            yield from (run[0][i : i + size] for i in range(max(len(run[0]) - size + 1, 1)))


def _in_unified_text(character: str) -> str:
    category = unicodedata.category(character)
    if character.isascii() or character in _JOINERS:
        return character
    if character in _APOSTROPHES:
        return "'"
    if character in _UNSEEN or unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if _IS_PICTURE.match(character) and category[0] != "P":
        return character
    if category[0] == "S" or character in _SYMBOLS_BY_USE:
        return f" {character} "
    if category == "Cf" and character != "\u200b":
        return character if "\U000e0020" <= character <= "\U000e007f" else ""
    return " " if category[0] in "PZ" or category in ("Cc", "Cf", "Cs") else character
