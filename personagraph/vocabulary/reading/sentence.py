"""A description as words, with what each does in the sentence, and the noun phrases that say who is described."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import repeat
from typing import Final, NamedTuple

from personagraph.vocabulary.reading.titles import title_at, title_endings, title_ends
from personagraph.vocabulary.reference import table

LONGEST: Final = 1_000
"""As many characters are read; a description is a sentence."""

ARTICLE, BREAK, RELATIVE, PAUSE, LINK, AFTER, TITLE, PERSON, COPULA, ADVERB = (1 << bit for bit in range(10))
"""What a word can do: an article or possessive; a preposition; a relative; a full stop; a comma or conjunction, which
separate phrases; a word that can't belong to the noun before it; the last word of a title; another noun for people; a
verb that a phrase about the subject follows; an adverb between that and the phrase."""

_ARTICLES = "a an the my your his her their our this another"
_PREPOSITIONS = """of at in for with from on to by about like as into n within among amongst between across
against under over during through throughout toward towards without via per near beyond behind since until after
before than upon inside outside around amid despite regarding concerning alongside because if while whilst
unless though although so yet when where why how whether not"""
_RELATIVES = "who whom whose which that whos"
_PAUSES = ". ! ? ; \u2014 \u2026"
_LINKS = ", : ( ) / | and or & but plus + \u2013"
_NO_NOUNS = """responsible passionate fond proficient familiar unfamiliar eager able unable capable keen known
renowned famous aware unaware skilled adept enthusiastic skeptical sceptical critical new born torn driven
taught written proud curious open active capable eligible desperate anxious nervous hungry ready willing
unwilling hesitant reluctant dependent reliant hopeful hellbent intent adamant certain sure confident cautious
wary weary sick tired ill full free frequently loves likes enjoys hates works lives has had is are was were does
did do can could will would should may might must now then also always often never still currently once just
recently originally actively deeply who's fresh seeking native bent fluent well based averse akin prone devoid
stuck lost left held kept made sent built bent grown caught brought well-versed conscious bound bilingual
competent knowledgeable loyal sympathetic supportive comfortable uncomfortable grateful thankful resentful
jealous envious guilty indifferent immune subject partial oblivious mindful resistant sensitive struggling alike
alone abroad online there here too today overseas"""
_COPULAS = "is am are im being became become becomes works working work serves serving employed acting turned whos job"
_LINKING = frozenset(_COPULAS.split())
_ADVERBS = """also now currently still both not just only mainly primarily previously recently often originally
actually proudly as himself herself themselves really simply presently"""
_INITIALS = re.compile(r"\b[A-Za-z](?:\.[A-Za-z]\b)+\.?")
_ABBREVIATION = re.compile(r"\b(St|Mt|Ft|Dr|Mr|Mrs|Ms|Prof|Jr|Sr|vs)\.|\bPh\.? ?D\.?(?=\W|$)")
_TOKEN = re.compile(r"[^\W_]+|[.,!?;:](?!\w)|[()/|&+\u2013\u2014\u2026]")
_JOINED = re.compile(r"(?<=\w)-(at|from|of|by|in|on|to|for|the|and|a|or|up|as)-(?=\w)")
_SPELLED = str.maketrans({"'": "", "\u2019": "", "\u02bc": "", "`": ""})
_BEGINNINGS_WORDS = """as i am im is this meet being imagine you are youre we he she it hes shes name my called
named"""
_BEGINNINGS = frozenset(_BEGINNINGS_WORDS.split())


_ENDS = BREAK | RELATIVE | PAUSE
_NOUN = TITLE | PERSON


class Phrase(NamedTuple):
    """A noun phrase about the subject: where it begins and ends, and its parts between commas and conjunctions.

    A part is where it begins, where its head noun is, and whether that is a title. `said` tells how the phrase is tied
    to the subject: it opens the description, or a verb links it.
    """

    start: int
    end: int
    parts: tuple[tuple[int, int], ...]
    opens: bool


class Sentence:
    """The words as written and in lower case, what each can do (`kinds`), and the phrases about the subject in order.

    `clause` is where the first clause begins that follows the opening phrase (its relative or participle), and `verb`
    where that clause's verb is; both are the number of words if there is none.
    """

    __slots__ = ("clause", "kinds", "phrases", "verb", "words", "written")

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            text = text[:LONGEST]
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        text = text.translate(_SPELLED) if "'" in text or "\u2019" in text or "`" in text else text
        if "." in text[:-1]:
            text = _ABBREVIATION.sub(
                lambda found: found[1] or "PhD", _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
            )
        self.written = _TOKEN.findall(text)
        self.words = words = list(map(str.lower, self.written))
        self.kinds = kinds = list(map(_kinds().get, words, repeat(0)))
        if "-" in text:
            for found in _JOINED.finditer(text):
                kinds[len(_TOKEN.findall(text[: found.start(1)]))] = 0
        start = 0
        while start < len(words) and (words[start] in _BEGINNINGS or kinds[start] & (ARTICLE | PAUSE | LINK)):
            start += 1
        opening = self._phrase(start, opens=True)
        self.clause, self.verb = self._clause(opening.end)
        self.phrases = [opening] if _LINKING.isdisjoint(words) else [opening, *self._linked(opening.end)]

    def _phrase(self, start: int, *, opens: bool) -> Phrase:
        """The noun phrase that begins at `start`, up to a preposition, a relative, a stop, or what is no part of it."""
        words, kinds = self.words, self.kinds
        length, endings = len(words), title_endings()
        parts: list[tuple[int, int]] = []
        begin = index = start
        while index < length:
            kind = kinds[index]
            if kind & _ENDS and index > start:
                break
            if kind & LINK:
                if index > begin and not (opens and not parts and self._is_name(begin, index)):
                    parts.append((begin, self._head(begin, index)))
                begin = index + 1
            elif (
                (kind & _NOUN or (not kind and words[index].endswith(endings)))
                and index + 1 < length
                and self._is_over(index + 1)
            ):
                parts.append((begin, index))
                return Phrase(start, index + 1, tuple(parts), opens)
            elif kind & ARTICLE and index == begin:
                begin = index + 1
            index += 1
        if index > begin:
            parts.append((begin, self._head(begin, index)))
        return Phrase(start, index, tuple(parts), opens)

    def _head(self, start: int, end: int) -> int:
        """The last word between, but for a name after a title: "a Python developer Sherin"."""
        head = end - 1
        while head > start and not self.kinds[head] and self.written[head][0].isupper():
            head -= 1
        return head if self.kinds[head] & TITLE else end - 1

    def _is_name(self, start: int, end: int) -> bool:
        """Whether the words between are the name of somebody whom a phrase then describes: "Zoe Cooper, a …"."""
        if start > 0 or end - start > 4 or end + 1 >= len(self.words) or not self.kinds[end + 1] & ARTICLE:
            return False
        _, begins = title_at(self.words, start, end - 1)
        return begins == end - 1 and all(word[0].isupper() for word in self.written[start:end])

    def _is_over(self, index: int) -> bool:
        """Whether the word at `index`, which follows a noun for people, cannot belong to the same noun phrase."""
        word, kind = self.words[index], self.kinds[index]
        if kind & AFTER:
            return True
        if kind & (TITLE | PERSON | LINK | BREAK | RELATIVE | PAUSE) or len(word) < 5:
            return bool(kind & ARTICLE)
        if not word.endswith(("ing", "ed", "ly")):
            return bool(kind & ARTICLE)
        end = index + 1
        while end < len(self.words) and not self.kinds[end] & (BREAK | RELATIVE | PAUSE | LINK | ARTICLE | AFTER):
            end += 1
        closed = end == len(self.words) or not self.kinds[end] & ARTICLE
        return not (closed and end - index in (2, 3) and self.kinds[end - 1] & TITLE and self.words[end - 1][-1] != "s")

    def _clause(self, end: int) -> tuple[int, int]:
        """Where the first clause after the opening phrase begins, and where its verb is."""
        words, kinds = self.words, self.kinds
        for index in range(end, len(words)):
            if kinds[index] & RELATIVE:
                verb = index + 1
                while verb < len(words) and (kinds[verb] & ADVERB or words[verb].endswith("ly")):
                    verb += 1
                return index, min(verb, len(words))
            word = words[index]
            if (index == end and not kinds[index] & (BREAK | PAUSE)) or (
                len(word) > 5 and word.endswith("ing") and not kinds[index - 1] & (BREAK | ARTICLE)
            ):
                return index, index
        return len(words), len(words)

    def _linked(self, end: int) -> Iterator[Phrase]:
        """The phrases that verbs link to the subject after the opening one: "who is a …", "working … as a …"."""
        words, kinds = self.words, self.kinds
        for index in range(end, len(words) - 1):
            if not kinds[index] & COPULA:
                continue
            start = index + 1
            if words[index] in ("works", "working", "work", "serves", "serving", "employed", "acting", "job"):
                limit = min(index + 9, len(words) - 1)
                while start < limit and words[start] != "as" and not kinds[start] & (RELATIVE | PAUSE):
                    start += 1
                if start >= limit or words[start] != "as":
                    continue
                start += 1
            elif words[index] != "turned":
                if not (kinds[index - 1] & (RELATIVE | LINK | ADVERB) or words[index - 1] == "i" or index == end):
                    continue
                if sum(kind & RELATIVE for kind in kinds[:index]) > RELATIVE:
                    continue
                while start < len(words) - 1 and kinds[start] & ADVERB:
                    start += 1
                if words[start] not in ("a", "an", "the", "retired", "unemployed"):
                    continue
            if start < len(words):
                while start < len(words) - 1 and kinds[start] & ARTICLE:
                    start += 1
                yield self._phrase(start, opens=False)


@lru_cache
def _kinds() -> Mapping[str, int]:
    """What each word can do, of all that do anything."""
    named = {
        ARTICLE: _ARTICLES, BREAK: _PREPOSITIONS, RELATIVE: _RELATIVES, PAUSE: _PAUSES, LINK: _LINKS, AFTER: _NO_NOUNS,
        COPULA: _COPULAS, ADVERB: _ADVERBS,
    }  # fmt: skip
    found: dict[str, int] = {}
    people = [
        *(row["word"] for row in table("people")),
        *(row["word"] for row in table("sexes") if row["kind"] == "noun"),
    ]
    persons = {form for word in people for form in (word, f"{word}s")}
    for kind, words in [*((kind, text.split()) for kind, text in named.items()), (PERSON, persons)]:
        for word in words:
            found[word] = found.get(word, 0) | kind
    for word in title_ends():
        found[word] = found.get(word, 0) | TITLE
    return found
