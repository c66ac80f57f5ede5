"""The cap on the tokens of a reply, which servers know by two names, and take only from some number to another."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.llm.openai.refusals import Refusal
from personagraph.llm.parameters import LEAST_CAP
from personagraph.types import ChatRequest

CAPS = ("max_tokens", "max_completion_tokens")
OTHER_CAP = "other_token_cap"
"""The cap goes by its other name. It is never dropped, since it bounds the cost."""
CAP_AT = "cap_at_"
"""The cap is a lower one, for a server that takes no such long reply."""
LOWEST_CAP = 1000
"""No lower cap is tried: below it the prompt itself is too long."""
CAP_FROM = "least_token_cap"
"""The server takes no cap below LEAST_CAP. Whoever asks sends that (`lifted`), since the reply can cost more."""
_UNSUPPORTED = re.compile(r"unsupported parameter|not supported|unrecogni[sz]ed|unknown|instead|extra|permitted", re.I)
_OF_LENGTH = re.compile(
    r"max_(completion_|output_)?tokens|max_model_len|context.?(length|size|window)|completion tokens", re.I
)
_TOO_LITTLE = re.compile(r">=?|≥|at least|minimum|(greater|larger|more|higher) than|too (small|low|few)|below", re.I)


def cap_sent(request: ChatRequest, cap: str, without: Sequence[str]) -> Mapping[str, Any]:
    """The cap of a request, by the name `cap` or the other one, as the fallbacks have it; {} for one without."""
    if OTHER_CAP in without:
        cap = CAPS[1 - CAPS.index(cap)]
    asked = _asked(request)
    return {cap: min((*asked, *lower_caps(without)))} if asked else {}


def lower_caps(without: Sequence[str]) -> list[int]:
    """The caps that are sent in place of higher ones."""
    return [int(name.removeprefix(CAP_AT)) for name in without if name.startswith(CAP_AT)]


def other_cap(request: ChatRequest, sent: Sequence[str], named: str, refusal: Refusal) -> str:
    """The fallback to a cap that the server may take, when it refused this one for its number; else nothing.

    That is half of what was sent, when it was too much by both its names; or the least, when it was too little.
    """
    of_length = named in CAPS or _OF_LENGTH.search(f"{refusal.parameter} {refusal.said}")
    cap = min([*_asked(request), *lower_caps(sent)], default=0)
    if 0 < cap < LEAST_CAP and of_length and _TOO_LITTLE.search(refusal.said):
        return CAP_FROM
    renamed = OTHER_CAP in sent or not _UNSUPPORTED.search(refusal.said)
    return f"{CAP_AT}{cap // 2}" if of_length and renamed and cap // 2 >= LOWEST_CAP else ""


def _asked(request: ChatRequest) -> list[int]:
    return [request.parameters[name] for name in CAPS if name in request.parameters]
