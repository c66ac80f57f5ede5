"""Asks less of a server that does not take all of the protocol: found out from its refusals, once, and remembered."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.llm.openai.caps import CAP_FROM, CAPS, OTHER_CAP, cap_sent, lower_caps, other_cap
from personagraph.llm.openai.refusals import PASSING, Refusal
from personagraph.llm.parameters import LEAST_CAP
from personagraph.types import ChatRequest

STRICT, LOOSE, OBJECT, WORDS = "json_schema", "loose_schema", "json_object", "schema_in_words"
FORMS = (STRICT, LOOSE, OBJECT, WORDS)
"""How the form of a reply is asked for, strongest first: the schema; without its limits; some JSON; in words only."""
WITHOUT = "without_"
WITHOUT_OWN = "without_own_"
"""A parameter that the user set is left out, which is not kept: by the next run it may have another value."""
FOLDED = "no_system_role"
"""What the system says is told at the beginning of the user's first turn."""
FEW_TOPS, NO_TOPS = "few_top_logprobs", "no_logprobs"
"""Only so many of the likeliest tokens are asked for as every server has that has any, or none."""
FEW = 5
SILENT = 3
"""Replies without the log-probabilities that were promised, and none with them, after which they are not asked for."""
ASKED_BY_PROMPTS = ("temperature", "top_p", "seed")
"""What is kept as not taken, unless the user set it: these have the same values in every run."""
REFUSING = (400, 404, 422, 500, 501)
"""What servers answer to a request that they do not understand."""
_KEYWORDS = (
    *("pattern", "format", "default", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    *("minProperties", "maxProperties", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
)
_LONGEST_PATTERN = 100
_UNSUPPORTED = re.compile(
    r"support|unknown|unrecogni[sz]ed|unexpected|permitted|allowed|available|unavailable|extra|invalid|deprecated|instead"
    r"|cannot|not implemented|must be",
    re.IGNORECASE,
)
_OF_TOPS = re.compile(r"log.?prob", re.IGNORECASE)
_OF_FORM = re.compile(r"response.?format|json.?(schema|object|mode)|structured.?output|guided|grammar|\bschema\b", re.I)
_OF_KEYWORD = re.compile(rf"\b({'|'.join(_KEYWORDS)}|keyword|regex\w*|grammar|invalid schema)\b", re.I)
_TURN = r"(?:(?:system|developer)\W{0,3}(?:role|prompt|message|instruction|turn)|role\W{1,4}(?:system|developer))s?\b"
_TWO = r"\W{0,3}user\W{1,4}(?:(?:and|or) \W?)?(?:assistant|model)\b(?!.{0,40}\bsystem\b)"
_OF_SYSTEM = re.compile(
    rf"\b{_TURN}[^.:;!?]{{0,30}}?\b(?:not|cannot)\b(?: be| yet| currently)?"
    r" (?:support|allow|enabl|accept|permit|availab|recogni[sz]|implement|valid|used\b)\w*(?! to\b)"
    rf"|\b{_TURN} (?:is |are )?(?:unsupported|disallowed)\b"
    r"|(?:\bnot|\bcannot|n[o']t|\bno longer) (?:support|allow|accept|permit|know|recogni[sz]e|take|handle|have)\b"
    rf"[^.:;!?]{{0,20}}?(?:\b{_TURN}|['\"`](?:system|developer)['\"`])"
    rf"|\bunsupported\W{{1,3}}{_TURN}"
    r"|\b(?:unsupported|unknown|invalid|unexpected|unrecogni[sz]ed)(?: \w+)? role\W{1,4}(?:system|developer)\b"
    r"|\brole\b.{0,30}\b(?:unsupported|unknown|invalid|unexpected)(?: value)?\W{1,4}(?:system|developer)\b"
    r"|['\"`]system['\"`] is not (?:one of|an? )|\bgot (?:role )?\W?system\b(?!\s\w)"
    r"|\broles?\b.{0,20}\balternat|\bfirst (?:message|turn|role)\b.{0,20}\b(?:must|should)\b.{0,20}\buser\b"
    rf"|\bonly\b(?: (?:supports?|accepts?|allows?|takes?|knows?|has|the))*(?:{_TWO}|\W{{1,3}}user\W{{1,3}}roles?\b)"
    rf"|\b(?:should|must) be(?: one of)?{_TWO}"
    rf"|\b(?:valid|supported|allowed|accepted) (?:roles?|values?)(?: are)?\W{{0,2}}{_TWO}",
    re.I,
)
"""How servers say that they know no turn of the system, as templates of Gemma's and Mistral's first models do."""
_NOT_OF_SYSTEM = (401, 402, 403, *(status for status in PASSING if status != 503))
"""What they answer where it is about us, or about how much is asked of them. A template's error can be any other."""
_OF_ELSE = re.compile(
    r"context.?(length|size|window)|content.?(filter|policy|management)|too (large|long)"
    r"|\binjection|jailbreak|moderation",
    re.IGNORECASE,
)
"""What no fallback helps with: this one request."""
_MOST_TRIALS = 4096


class Fallbacks:
    """What a server is not asked for. The text of it can be kept, and given to the next one.

    A request that is refused is tried with less; when that is taken, so are all that follow. A server that took a form
    before has it: a refusal that does not speak of it is about something else.
    """

    def __init__(self, known: str = "") -> None:
        self._adopted = tuple(name for name in known.split(",") if _is_fallback(name))
        self._taken: set[str] = set()
        self._trials: dict[str, tuple[str, ...]] = {}
        self._silent: int | None = 0

    def __str__(self) -> str:
        return ",".join(name for name in self._adopted if _is_fallback(name))

    @property
    def least_cap(self) -> int:
        """The lowest cap on the tokens of a reply that the server is known to take."""
        return LEAST_CAP if CAP_FROM in self._adopted else 1

    def of(self, request: ChatRequest) -> tuple[str, ...]:
        """What this request goes without, for now."""
        return tuple(dict.fromkeys((*self._adopted, *self._trials.get(request.key, ()))))

    def taken(self, request: ChatRequest, sent: tuple[str, ...]) -> None:
        """The server answered the request, which went without `sent`: what made the difference holds for all."""
        if request.schema is not None:
            self._taken.add(form_of(sent))
        if self._trials.pop(request.key, None) is None:
            return
        keeps_form = form_of(self._adopted) in self._taken
        self._adopted = tuple(dict.fromkeys((*self._adopted, *(n for n in sent if n not in FORMS or not keeps_form))))

    def told(self, request: ChatRequest, sent: tuple[str, ...], tops: Mapping[str, float]) -> None:
        """What the server told of the likeliest tokens: one that was silent from the first is not asked for ever."""
        if not request.tops or NO_TOPS in sent or self._silent is None:
            return
        self._silent = None if tops else self._silent + 1
        if self._silent == SILENT:
            self._adopted = (*self._adopted, NO_TOPS)

    def refused(self, request: ChatRequest, sent: tuple[str, ...], refusal: Refusal) -> bool:
        """Whether to ask again, with less: the server refused the request, which went without `sent`."""
        if refusal.spent or refusal.lacks_model or refusal.page or refusal.misplaced:
            return False
        if FOLDED not in sent and _has_system(request) and _lacks_system(refusal):
            self._try(request, (*sent, FOLDED))
            return True
        if fewer := _fewer_tops(request, sent, refusal):
            self._try(request, (*sent, fewer))
            return True
        if refusal.status not in REFUSING:
            return False
        if self.of(request) != sent:
            return True
        if refusal.status == 500 and request.key not in self._trials and not _OF_FORM.search(refusal.said):
            self._try(request, ())
            return False
        fallback = self._next(request, sent, refusal)
        if fallback == CAP_FROM:
            self._adopted = (*self._adopted, CAP_FROM)
            return True
        if fallback == NO_TOPS:
            # Weaker forms were of no use: they go on being asked for.
            sent = tuple(name for name in sent if name not in FORMS or name in self._adopted)
        if fallback:
            self._try(request, (*sent, fallback))
            return True
        self._trials.pop(request.key, None)
        if form_of(self._adopted) not in self._taken:
            self._adopted = tuple(name for name in self._adopted if name not in FORMS)
        return False

    def _try(self, request: ChatRequest, without: tuple[str, ...]) -> None:
        if len(self._trials) >= _MOST_TRIALS:
            self._trials.clear()
        self._trials[request.key] = without

    def _next(self, request: ChatRequest, sent: tuple[str, ...], refusal: Refusal) -> str:
        """The least to give up next; empty when the refusal is about something else, or nothing is left."""
        named = refusal.parameter.split(".")[0].split("[")[0]
        if cap := other_cap(request, sent, named, refusal):
            return cap
        if named in ("messages", "model") or _OF_ELSE.search(f"{refusal.code} {refusal.said}"):
            return ""
        for name in request.parameters:
            fallback = OTHER_CAP if name in CAPS else _left_out(name, request)
            if fallback not in sent and any(_is_about(refusal, named, one) for one in _names(name)):
                return fallback
        weaker = ""
        if request.schema is not None and (named == "response_format" or _OF_FORM.search(refusal.said)):
            weaker = _weaker(form_of(sent), keywords=bool(_OF_KEYWORD.search(refusal.said)))
        elif request.schema is not None and form_of(sent) not in self._taken:
            weaker = _weaker(form_of(sent), keywords=False)
        untold = request.tops and NO_TOPS not in sent and self._silent is not None and refusal.status != 500
        return weaker or (NO_TOPS if untold else "")


def body_of(request: ChatRequest, model: str, cap: str, without: tuple[str, ...]) -> dict[str, Any]:
    """What is sent: the whole request but for the fallbacks; `cap` is the name of the cap on tokens."""
    body: dict[str, Any] = {"model": model, "messages": request.messages}
    body |= cap_sent(request, cap, without)
    for name, value in request.parameters.items():
        if name not in CAPS and _left_out(name, request) not in without:
            body[name] = value
    if request.schema is not None:
        body |= _asking(form_of(without), request)
    if request.tops and NO_TOPS not in without:
        body |= {"logprobs": True, "top_logprobs": min(request.tops, FEW) if FEW_TOPS in without else request.tops}
    if FOLDED in without:
        body["messages"] = _folded(body["messages"])
    return body


def remarks_on(without: tuple[str, ...]) -> tuple[str, ...]:
    """What the user should know of the fallbacks, in sentences: what he set himself, and the server does not take."""
    left = [name.removeprefix(WITHOUT_OWN) for name in without if name.startswith(WITHOUT_OWN)]
    said = [f"the server does not take {name}, or not this value of it: it is asked without" for name in left]
    if caps := lower_caps(without):
        said.append(f"the server takes no reply as long as was asked for: its cap is {min(caps):,} tokens")
    return tuple(said)


def form_of(without: tuple[str, ...]) -> str:
    """The form in which a reply is asked for: the weakest that the fallbacks name."""
    return max((name for name in without if name in FORMS), key=FORMS.index, default=STRICT)


def _asking(form: str, request: ChatRequest) -> dict[str, Any]:
    schema = request.schema or {}
    if form in (STRICT, LOOSE):
        schema = schema if form == STRICT else _loose(schema)
        json_schema = {"name": "reply", "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": json_schema}}
    told = json.dumps(_loose(schema, longest_pattern=_LONGEST_PATTERN), ensure_ascii=False, separators=(",", ":"))
    last = {**request.messages[-1]}
    last["content"] = f"{last['content']}\nAnswer with one JSON object alone, that fits this JSON schema: {told}"
    body: dict[str, Any] = {"messages": (*request.messages[:-1], last)}
    return body if form == WORDS else {**body, "response_format": {"type": "json_object"}}


def _loose(schema: Any, *, longest_pattern: int | None = None) -> Any:
    """The schema without its limits; or, with `longest_pattern`, without patterns that are longer."""
    if isinstance(schema, list):
        return [_loose(part, longest_pattern=longest_pattern) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    loose = {}
    for name, value in schema.items():
        if name == "properties" and isinstance(value, Mapping):
            loose[name] = {field: _loose(part, longest_pattern=longest_pattern) for field, part in value.items()}
        elif name in ("enum", "const", "required"):
            loose[name] = value
        elif name not in _KEYWORDS if longest_pattern is None else name != "pattern" or len(value) <= longest_pattern:
            loose[name] = _loose(value, longest_pattern=longest_pattern)
    return loose


def _weaker(form: str, *, keywords: bool) -> str:
    """The next weaker form; the schema without its limits only when it is about `keywords`. Empty for the weakest."""
    place = FORMS.index(form) + (1 if keywords or form != STRICT else 2)
    return FORMS[place] if place < len(FORMS) else ""


def _has_system(request: ChatRequest) -> bool:
    return any(turn["role"] == "system" for turn in request.messages)


def _lacks_system(refusal: Refusal) -> bool:
    """Whether the server says, with whatever status of its own trouble, that it knows no turn of the system."""
    if refusal.status in _NOT_OF_SYSTEM or _OF_ELSE.search(f"{refusal.code} {refusal.said}"):
        return False
    return bool(_OF_SYSTEM.search(f"{refusal.parameter}: {refusal.said}"))


def _folded(messages: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The turns without one of the system's: it is told by the user, whose turns and the assistant's alternate."""
    turns: list[Mapping[str, str]] = []
    for turn in messages:
        role = "user" if turn["role"] == "system" else turn["role"]
        if turns and turns[-1]["role"] == role:
            turns[-1] = {"role": role, "content": f"{turns[-1]['content']}\n\n{turn['content']}"}
        else:
            turns.append({**turn, "role": role})
    return turns


def _fewer_tops(request: ChatRequest, sent: tuple[str, ...], refusal: Refusal) -> str:
    """The fallback for a server that says, even by forbidding it, that it tells no or not so many log-probabilities."""
    said = f"{refusal.parameter} {refusal.said}"
    if not request.tops or NO_TOPS in sent or refusal.status not in (*REFUSING, 403) or not _OF_TOPS.search(said):
        return ""
    return FEW_TOPS if "top_logprobs" in said and request.tops > FEW and FEW_TOPS not in sent else NO_TOPS


def _left_out(parameter: str, request: ChatRequest) -> str:
    """The name of the fallback that is a request without this parameter."""
    return f"{WITHOUT_OWN if parameter in request.own else WITHOUT}{parameter}"


def _names(parameter: str) -> tuple[str, ...]:
    return CAPS if parameter in CAPS else (parameter,)


def _is_about(refusal: Refusal, named: str, parameter: str) -> bool:
    if named:
        return named == parameter
    return bool(re.search(rf"\b{parameter}\b", refusal.said) and _UNSUPPORTED.search(refusal.said))


def _is_fallback(name: str) -> bool:
    kept = (*FORMS[1:], OTHER_CAP, CAP_FROM, FOLDED, FEW_TOPS, NO_TOPS)
    return name in kept or name.removeprefix(WITHOUT) in ASKED_BY_PROMPTS
