"""Makes errors of what a server answers when it does not answer with a completion, in its own words but for the key."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from personagraph.errors import Allowance, ChatError, ChatUnavailableError, ReplyFormatError
from personagraph.llm.openai.addresses import advice
from personagraph.prompts import clean
from personagraph.types import ChatReply

LIMITED = (429, 498, 503, 529)
"""Too much is asked of the server, by us or by all; 498 is Groq's word for it."""
PASSING = (408, 409, 425, *LIMITED)
"""What a server answers, besides any 5xx, when a later attempt may help."""
UNANSWERABLE = (400, 413, 422)
"""What it answers when it takes no offence at us, but at this one request: its length, or what a filter saw in it."""
_REMEDIES = {
    401: "check OPENAI_API_KEY",
    402: "add credit to the account, then resume",
    403: "check OPENAI_API_KEY, and that it may use this model",
}
ELSEWHERE = (404, 405, 501)
"""What a server answers where it has no such endpoint."""
_REDIRECTED = "no redirect is followed: give --base-url as the server itself wants it"
_SPENT = re.compile(
    r"insufficient_(quota|balance|credits?|funds)|billing_(hard_limit_reached|not_active)|exceeded_current_quota"
    r"|insufficient (balance|credits?|funds)|credit balance is too low|out of credits",
    re.IGNORECASE,
)
"""How servers say that the account is empty. ("You exceeded your current quota" alone can mean that of a minute.)"""
_NO_MODEL = re.compile(
    r"model_not_found|unknown_model|not a valid model|no such model|model not exist"
    r"|invalid model\b(?! (output|response))|could ?n[o']t find .{0,20}model"
    r"|\b(models?|deployment)\b.{0,80}(not found|does ?n[o']t exist|not exist|is unknown|decommissioned)"
    r"|DeploymentNotFound|not supported by any provider|unable to access model",
    re.IGNORECASE,
)
"""How servers say that they have no model of that name."""
_NO_ENDPOINT = re.compile(
    r"unexpected endpoint|unknown (path|endpoint|route|url)|invalid url|no such (endpoint|route|path)|cannot post"
    r"|(endpoint|route|path|page|resource) (was )?not found|not found.{0,20}\b(endpoint|route|path|url)\b"
    r"|method not allowed|no route|plain http request was sent to https|^(404:? )?(page )?not found\.?$",
    re.IGNORECASE,
)
"""How they say that nothing is to be had at that address, with whatever status."""
SHORTEST_KEY = 8
LONGEST = 240
_MASKED = re.compile(r"(?<!\S)\S*\*{3,}\S*|\b(?:sk|pk|rk|gsk|key|xai)[-_][\w*.-]{6,}|(?<=[Bb]earer )\S+")
"""What looks like a key, or what a server left of one."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no completion.

    `said` is the server's message, on one line and without the key; `code` all its codes; `parameter` what it is about.
    `page` says that it is a web page, `inside` that it came with 200: it may be on the bill. `offered` are the models
    that the server has, where it lacks the one that was asked for.
    """

    status: int
    said: str = ""
    code: str = ""
    parameter: str = ""
    retry_after: float | None = None
    allowance: Allowance | None = None
    page: bool = False
    inside: bool = False
    offered: str = ""

    @property
    def told(self) -> str:
        """The status, and the message if there is one."""
        said = self.said or ("a web page" if self.page else "")
        return f"{self.status}: {said}" if said else str(self.status)

    @property
    def spent(self) -> bool:
        """Whether the account is empty: waiting does not help."""
        return bool(_SPENT.search(f"{self.code} {self.said}"))

    @property
    def lacks_model(self) -> bool:
        """Whether the server has no model of that name."""
        return self.status not in LIMITED and bool(_NO_MODEL.search(f"{self.code} {self.said}"))

    @property
    def misplaced(self) -> bool:
        """Whether the address is wrong: no chat completions are to be had there. (A proxy's page of an outage is 5xx.)

        A gateway that fails says so with a page, too.
        """
        if self.status in PASSING or self.lacks_model:
            return False
        if self.page and (self.status in (400, 422) or self.status in ELSEWHERE):
            return True
        known = self.status < 500 or self.status == 501
        return self.status == 405 or (known and bool(_NO_ENDPOINT.search(self.said)))


def read(status: int, body: bytes, *, secret: str) -> Refusal:
    """What the body of an answer says of an error, in whichever way; empty where it says nothing for people."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace").strip()
        page = text.startswith("<")
        return Refusal(status, _title(text, secret) if page else short(text, secret), page=page)
    if isinstance(data, list) and data:
        data = data[0]
    error = (data.get("error") or data) if isinstance(data, Mapping) else data
    if not isinstance(error, Mapping):
        return Refusal(status, short(error if isinstance(error, str) else "", secret))
    said, parameter = _message(error)
    code = " ".join(str(error[name])[:60] for name in ("code", "type", "status") if error.get(name))
    return Refusal(status, short(said, secret), code, parameter)


def error_of(refusal: Refusal, where: str, model: str) -> ChatError:
    """The error to raise for an answer with an error status; such answers are not on the bill."""
    if refusal.spent:
        return ChatError(f"{where}: the account has no credit left ({refusal.told}); {_REMEDIES[402]}")
    if refusal.lacks_model:
        offered = f": it has {refusal.offered}" if refusal.offered else ""
        return ChatError(f"{where} has no model {model} ({refusal.told}); name one with --model openai:NAME{offered}")
    if refusal.misplaced:
        return ChatError(f"{where} has no chat completions ({refusal.told}); {advice(where, refusal.said)}")
    if refusal.status in PASSING or refusal.status >= 500:
        return ChatUnavailableError(
            f"{where} could not answer ({refusal.told}); wait a little, then resume",
            retry_after=refusal.retry_after,
            limited=refusal.status in LIMITED,
            allowance=refusal.allowance,
        )
    if refusal.status in UNANSWERABLE:
        return ReplyFormatError(f"refused by {where} ({refusal.told})", "")
    remedy = _REDIRECTED if refusal.status < 400 else _REMEDIES.get(refusal.status, "see what the server logs")
    if refusal.status == 404:
        remedy = f"check the name of the model, or {advice(where)}"
    return ChatError(f"{where} refused a call to {model} ({refusal.told}); {remedy}")


def from_inside(refusal: Refusal) -> Refusal:
    """An error that came with 200, with the status that its code says, if it says one."""
    statuses = [int(code) for code in refusal.code.split() if code.isdecimal() and len(code) == 3]
    status = next((status for status in statuses if 400 <= status < 600), refusal.status)
    return replace(refusal, status=status, inside=True)


def error_in_reply(
    refusal: Refusal, where: str, model: str, *, behind: bool = False, used: ChatReply | None = None
) -> ChatError:
    """The error to raise when a server says 200 and sends an error: whether it is on the bill, nobody knows.

    One that has a status in its code is taken for an answer with that status, and any of somebody `behind` the server
    for a passing trouble; any other for no answer. A wrong address, or a model that is not there, is not waited for.
    """
    status = refusal.status
    passing = behind or status in PASSING or status >= 500
    doomed = refusal.lacks_model or refusal.misplaced or (status >= 400 and not passing)
    if refusal.spent or (doomed and not behind):
        return error_of(refusal, where, model)
    told = "sent an error of the model's provider" if behind else "sent an error instead of a reply"
    remedy = "wait a little" if passing else f"check the name of the model, and see its log, or {advice(where)}"
    return ChatUnavailableError(
        f"{where} {told} ({refusal.told}); {remedy}, then resume",
        retry_after=refusal.retry_after,
        limited=status in LIMITED,
        billed=True,
        nonsense=not passing,
        allowance=refusal.allowance,
        used=used,
    )


def short(text: str, secret: str) -> str:
    """A few words on one line, without control characters and without the key or what looks like one."""
    plain = " ".join(clean(text).split())
    plain = _MASKED.sub("[key]", without(secret, plain))
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def without(secret: str, text: str) -> str:
    """The text with "[key]" for the key; one of fewer than SHORTEST_KEY characters is a word, and no secret."""
    return text if len(secret) < SHORTEST_KEY else re.sub(re.escape(secret), "[key]", text, flags=re.IGNORECASE)


def _title(page: str, secret: str) -> str:
    """The title of a web page, which often says what went wrong; empty without one."""
    found = re.search(r"<title[^<>]*>([^<]{1,200})", page[:20_000], re.IGNORECASE)
    return short(unescape(found[1]), secret) if found else ""


def _message(error: Mapping[str, Any]) -> tuple[str, str]:
    """The message and the parameter that it is about, as OpenAI writes them, or as FastAPI does."""
    details = error.get("detail")
    if isinstance(details, list) and details and isinstance(details[0], Mapping):
        place = details[0].get("loc")
        names = [str(name) for name in place if name != "body"] if isinstance(place, list) else []
        return str(details[0].get("msg", "")), ".".join(names)[:60]
    texts = (error.get(name) for name in ("message", "detail", "msg", "error_description", "error"))
    said = next((text for text in texts if isinstance(text, str) and text), "")
    parameter = error.get("param")
    return said, parameter[:60] if isinstance(parameter, str) else ""
