"""What the words of a description say together: compiled loops over the numbers of words, and what is told of each."""

import numpy as np

from personagraph.arrays.compiled import compiled

MOST_WORDS = 512
"""In a longer description no slips of spelling are looked for."""


@compiled
def mixed(value):  # type: ignore[no-untyped-def]
    """A number whose bits all depend on all bits of `value` (splitmix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@compiled
def folded_to_32(value):  # type: ignore[no-untyped-def]
    """A signature of 64 bits."""
    return np.uint32(value ^ (value >> np.uint64(32)))


@compiled
def open_signature(word):  # type: ignore[no-untyped-def]
    """Under what descriptions are found that have this unknown word."""
    return folded_to_32(mixed(np.uint64(word) + np.uint64(0x5851F42D4C957F2D)))


@compiled
def tokens_of(row_words, token, phrase, phrase_words, phrase_ends, phrase_tokens, phrase_next, found):  # type: ignore[no-untyped-def]
    """The tokens of a text, in order, those that say nothing left out; how many there are."""
    index, count = 0, 0
    while index < len(row_words):
        said, length = token[row_words[index]], 1
        at = phrase[row_words[index]]
        while at >= 0:
            first = phrase_ends[at - 1] if at else 0
            size = phrase_ends[at] - first
            if size <= len(row_words) - index:
                same = 1
                while same < size and phrase_words[first + same] == row_words[index + same]:
                    same += 1
                if same == size:
                    said, length = phrase_tokens[at], size
                    break
            at = phrase_next[at]
        if said >= 0:
            found[count] = said
            count += 1
        index += length
    return count


@compiled
def form_of(  # type: ignore[no-untyped-def]
    row_words,
    exact,
    participle,
    governs,
    relative,
    token,
    phrase,
    phrase_words,
    phrase_ends,
    phrase_tokens,
    phrase_next,
    found,
):
    """The exact forms of the words of a text, in order, and then, after -1, its tokens; how many there are in all.

    A relative with a verb is the verb's participle, unless a word governs others.
    """
    is_governed, count, index = False, 0, 0
    for word in row_words:
        is_governed |= governs[word] != 0
    while index < len(row_words):
        said = exact[row_words[index]]
        if said == relative and not is_governed and index + 1 < len(row_words):
            following = participle[row_words[index + 1]]
            if following >= 0:
                said, index = following, index + 1
        if said >= 0:
            found[count] = said
            count += 1
        index += 1
    found[count] = -1
    return (
        count
        + 1
        + tokens_of(row_words, token, phrase, phrase_words, phrase_ends, phrase_tokens, phrase_next, found[count + 1 :])
    )


@compiled
def order_signature(tokens):  # type: ignore[no-untyped-def]
    """What equal sequences of numbers share."""
    found = np.uint64(0x2545F4914F6CDD1D)
    for token in tokens:
        found = mixed(found + np.uint64(token))
    return folded_to_32(found)


@compiled
def content_key(tokens, uncounted):  # type: ignore[no-untyped-def]
    """What the same numbers share, each as often, whatever their order; 0 for none.

    Those below `uncounted` are the same however often they are there. Sorts them.
    """
    if len(tokens) > 64:
        tokens.sort()
    else:
        for index in range(1, len(tokens)):
            value, at = tokens[index], index
            while at and tokens[at - 1] > value:
                tokens[at] = tokens[at - 1]
                at -= 1
            tokens[at] = value
    found, times = np.uint64(0), 0
    for index in range(len(tokens)):
        times = times + 1 if index and tokens[index] == tokens[index - 1] else 0
        if times == 0 or tokens[index] >= uncounted:
            found += mixed(np.uint64(tokens[index]) + np.uint64(times << 32) + np.uint64(0x9E3779B97F4A7C15))
    return found


@compiled
def _first_place(word, row_words):  # type: ignore[no-untyped-def]
    at = 0
    while row_words[at] != word:
        at += 1
    return at


@compiled
def are_english(found, ends, known, kept, starts, english):  # type: ignore[no-untyped-def]
    """What `reads_as_english` says of each row of which nothing is said yet (-1)."""
    start = 0
    for row in range(len(ends)):
        good, counted = 0, 0
        for index in range(start, ends[row]):
            word = found[index]
            if kept[starts[word]] >= 97:  # neither a digit nor a sign
                good += known[word]
                counted += 1
        if english[row] < 0:
            english[row] = 3 * good >= 2 * counted
        start = ends[row]


@compiled
def read_keys(  # type: ignore[no-untyped-def]
    found,
    ends,
    given,
    order,
    english,
    uncounted,
    token,
    open_words,
    phrase,
    phrase_words,
    phrase_ends,
    phrase_tokens,
    phrase_next,
    slip,
    links,
    keys,
    key_ends,
    open_found,
    open_ends,
):
    """The keys of each row, the order of what it says, and its words that may prove slips.

    How many keys there are, which may be more than fit.
    """
    start, total, total_open, widest = 0, 0, 0, 1
    for row in range(len(ends)):
        widest, start = max(widest, ends[row] - start), ends[row]
    tokens, changed, start = np.empty(widest, np.int32), np.empty(widest, np.int32), 0
    for row in range(len(ends)):
        length = ends[row] - start
        row_words = found[start : ends[row]]
        key = given[row]
        if english[row]:
            count = tokens_of(row_words, token, phrase, phrase_words, phrase_ends, phrase_tokens, phrase_next, tokens)
            order[row] = order_signature(tokens[:count])
            key = content_key(tokens[:count], uncounted)
        if key:
            if total < len(keys):
                keys[total] = key
            total += 1
        for index in range(length if english[row] and length <= MOST_WORDS else 0):
            word = row_words[index]
            if not open_words[word] or _first_place(word, row_words) < index:
                continue
            open_found[total_open] = open_signature(word)
            total_open += 1
            link = slip[word]
            while link:
                for place in range(length):
                    changed[place] = links[link - 1, 0] if row_words[place] == word else row_words[place]
                count = tokens_of(
                    changed[:length], token, phrase, phrase_words, phrase_ends, phrase_tokens, phrase_next, tokens
                )
                if total < len(keys):
                    keys[total] = content_key(tokens[:count], uncounted)
                total += 1
                link = links[link - 1, 1]
        key_ends[row] = total
        open_ends[row] = total_open
        start = ends[row]
    return total
