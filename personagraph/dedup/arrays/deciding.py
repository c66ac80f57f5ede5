"""Decides descriptions one after another in a compiled loop, as far as nobody has to be asked.

Whoever is near nobody, has a text that is known, or surely says what the first who may be the same says, is decided
there; at any other the loop stops.
"""

import numpy as np

from personagraph.arrays.compiled import compiled
from personagraph.dedup.arrays.entries import enter_persona
from personagraph.dedup.arrays.sameness import are_same_text, have_same_capitals, say_the_same, share_key, words_of
from personagraph.dedup.arrays.table import add_signatures, offer_signature


@compiled
def enter_row(row, by_text, number, own, heads, nodes, count):  # type: ignore[no-untyped-def]
    """Enter a row under all that it has, or its text only; how many nodes there are.

    Where too many are like it, it is entered under the order of what it says, too.
    """
    text, signatures, ends, order, open_, open_ends = own
    count = add_signatures(text[row : row + 1], number, heads, nodes, count)
    if not by_text:
        start, open_start = (ends[row - 1], open_ends[row - 1]) if row else (0, 0)
        is_crowded = False
        for signature in signatures[start : ends[row]]:
            count, left = offer_signature(signature, number, heads, nodes, count)
            is_crowded |= left >= 0
        if is_crowded:
            count, _ = offer_signature(order[row], number, heads, nodes, count)
        count = add_signatures(open_[open_start : open_ends[row]], number, heads, nodes, count)
    return count


@compiled
def _add_under(signature, heads, nodes, found, count):  # type: ignore[no-untyped-def]
    """Put the numbers under a signature that are not yet there into `found`; it, or a longer one, and how many."""
    node = heads[signature & np.uint32(len(heads) - 1)]
    while node:
        if nodes[node - 1, 0] == np.int32(signature):
            number, index = nodes[node - 1, 1], 0
            while index < count and found[index] != number:
                index += 1
            if index == count:
                if count == len(found):
                    found = np.concatenate((found, found))
                found[count] = number
                count += 1
        node = nodes[node - 1, 2]
    return found, count


@compiled
def near_known(own, heads, nodes, is_near):  # type: ignore[no-untyped-def]
    """Who is known that the rows may be, some of them more than once; and which rows may be anybody.

    For a row whose text is known, only who has it.
    """
    text, signatures, ends, order = own[:4]
    found, some, total, start = np.empty(1024, np.int32), np.empty(64, np.int32), 0, 0
    for row in range(len(text)):
        some, count = _add_under(text[row], heads, nodes, some, 0)
        if not count:
            for signature in signatures[start : ends[row]]:
                some, count = _add_under(signature, heads, nodes, some, count)
            if count:
                some, count = _add_under(order[row], heads, nodes, some, count)
        while total + count > len(found):
            found = np.concatenate((found, found))
        found[total : total + count] = some[:count]
        total += count
        is_near[row] = count > 0
        start = ends[row]
    return found[:total]


@compiled
def _place_of(entry, base, entered, keys):  # type: ignore[no-untyped-def]
    """The row of an entry in the chunk, or the one in what was read of known ones, then and 1 negated; 0 for none."""
    if entry >= base:
        return entered[entry - base] + 1
    at = np.searchsorted(keys, entry)
    return -at - 1 if at < len(keys) and keys[at] == entry else 0


@compiled
def _with_text(row, chunk, known, keys, base, entered, text, heads, nodes):  # type: ignore[no-untyped-def]
    """The entry with the text of a row, -1 for none, -2 where that is not seen here."""
    node = heads[text & np.uint32(len(heads) - 1)]
    while node:
        if nodes[node - 1, 0] == np.int32(text):
            entry = nodes[node - 1, 1]
            place = _place_of(entry, base, entered, keys)
            side, other = (chunk, place - 1) if place > 0 else (known, -place - 1)
            if place == 0 or not (chunk[7][row] and side[7][other]):
                return -2
            if are_same_text(chunk, row, side, other):
                return entry
        node = nodes[node - 1, 2]
    return -1


@compiled
def _surely_alike(row, near, chunk, known, keys, base, entered, personas, first, spoken):  # type: ignore[no-untyped-def]
    """Of those near a row the first who may be the same if he surely is, -1 if none may be, -2 where that is open."""
    best, best_first = -1, 0
    for entry in near:
        place = _place_of(entry, base, entered, keys)
        if place == 0:
            return -2
        side, other = (chunk, place - 1) if place > 0 else (known, -place - 1)
        if not share_key(chunk, row, side, other):
            continue
        came = first[personas[entry]]
        if best == -1 or came < best_first or (came == best_first and (best == -2 or entry < best)):
            if not (chunk[7][row] and side[7][other]):
                return -2
            is_sure = (
                (chunk[4][row] and side[4][other])
                and have_same_capitals(chunk, row, side, other)
                and say_the_same(words_of(chunk, row), words_of(side, other), spoken)
            )
            if is_sure:
                best, best_first = entry, came
            elif best < 0 or came < best_first:
                best, best_first = -2, came
    return best


@compiled
def decide_rows(  # type: ignore[no-untyped-def]
    row,
    ids,
    chunk,
    own,
    known,
    keys,
    base,
    entered,
    entries,
    columns,
    heads,
    nodes,
    count,
    spoken,
    is_certain,
    into,
    is_text,
):
    """Decide and enter rows from `row` on: `into` which entry, -1 for nobody, and whether as the same
    text. The row that was not decided, and the counts.

    `ids` are the personas that rows are if they are nobody's. What is known and may be near is in `known`, ascending by
    `keys`; `entered` are the rows of the entries from `base` on. With `is_certain`, to share a key is to be alike by 1.
    """
    text, signatures, ends, order = own[:4]
    personas, first, after = columns
    near = np.empty(64, np.int32)
    while row < len(ids):
        found = _with_text(row, chunk, known, keys, base, entered, text[row], heads, nodes)
        if found == -2:
            break
        is_text[row] = found >= 0
        if found == -1:
            near_count = 0
            for signature in signatures[(ends[row - 1] if row else 0) : ends[row]]:
                near, near_count = _add_under(signature, heads, nodes, near, near_count)
            if near_count:
                near, near_count = _add_under(order[row], heads, nodes, near, near_count)
                found = _surely_alike(
                    row, near[:near_count], chunk, known, keys, base, entered, personas, first, spoken
                )
            if found == -2 or (found >= 0 and not is_certain):
                break
            count = enter_row(row, found >= 0, entries, own, heads, nodes, count)
            enter_persona(entries, personas[found] if found >= 0 else ids[row], personas, first, after)
            entered[entries - base] = row
            entries += 1
        into[row] = found
        row += 1
    return row, entries, count
