"""What is ahead of a run: by its work, by rendered prompts, and by what the last replies used and brought."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean, median, quantiles
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from personagraph.ledger import Ledger, Run
from personagraph.ledger.calls import Used
from personagraph.prompts.dialogue import Dialogues, without_asked
from personagraph.runs.forecast import CallRates, Forecast, LimitsLeft, Range, mixed
from personagraph.runs.forecast import forecast as forecast_of
from personagraph.workspace.spending.pace import PaceLimits

if TYPE_CHECKING:
    from personagraph.ledger.steps import Planned
    from personagraph.llm.client.prices import Price
    from personagraph.prompts.dialogue import Dialogue, PromptDialogue
    from personagraph.stores.graph_store import GraphStore

SHOWN = 8
"""How many of the next prompts are rendered."""
LAST, LAST_STEPS = 40, 1000
"""How many of the latest replies are looked at for what they used, and how many steps for what they brought."""
ENOUGH = 5
"""Fewer than so many say nothing."""
TOKENS_A_CHARACTER = Range(0.2, 0.25, 0.33)
"""Of prompts, by default: about four characters of English make a token."""
REPLY = Range(0.1, 0.25, 0.5)
"""The part of its greatest length that a reply has, by default."""
THOUGHTS = Range(0.0, 0.15, 0.5)
"""The part of the room for a model's thoughts that they take, by default."""
FRUIT = Range(0.5, 0.75, 1.0)
"""The part of what a reply can bring that is new and usable, by default."""
MARK = b""
"""No prompt of a forecast is sent: its delimiters need no secret, and one is not made for it."""
ALIKE = ("policy", "task", "prompts")
"""Runs of one command that differ in these settings bring more or less."""


class CallsBeside(NamedTuple):
    """Calls of a run that are asked in another way: how, the fields of some, and which share of all calls they are.

    Where the run has another model beside its own, `is_other` says that they are asked of that.
    """

    dialogue: "PromptDialogue"
    fields: Sequence[Mapping[str, Any]]
    share: float
    is_other: bool = False

    def price(self, pace: PaceLimits) -> "Price | None":
        """What the model costs that they are asked of; None where that is not known."""
        return pace.beside if self.is_other else pace.price


@dataclass(frozen=True, slots=True)
class Ahead:
    """The work ahead of a run: how it is asked, how many calls (by what each brings), and the fields of some.

    Some of the calls may be asked in other ways, `beside`.
    """

    dialogue: "PromptDialogue"
    calls: Callable[[float], float]
    fields: Sequence[Mapping[str, Any]]
    note: str
    beside: tuple[CallsBeside, ...] = ()

    @property
    def ways(self) -> list[CallsBeside]:
        """All the ways in which calls are asked, with their shares."""
        rest = 1.0 - sum(way.share for way in self.beside)
        return [CallsBeside(self.dialogue, self.fields, rest), *self.beside]


class Most(NamedTuple):
    """The calls that a run may take, and the USD of them, at most; `cost` is None when the price is not known.

    `is_bounded` says that a limit in USD holds for the run.
    """

    calls: float
    cost: float | None
    is_bounded: bool = False


def most(ledger: Ledger, run: Run, pace: PaceLimits, work: Ahead) -> Most:
    """What a run may take within its limits, if each call brings and costs as much as it can.

    Of the ledger only what is left of the run counts: what earlier replies took may be somebody else's word.
    """
    left = _limits_left(ledger, run)
    calls, worst = min(work.calls(work.dialogue.items), left.calls), 0.0
    for way in work.ways:
        price = way.price(pace)
        if price is None:
            return Most(calls, None)
        worst = max(worst, _worst(way.dialogue, way.fields, price))
    return Most(calls, min(calls * worst, left.cost) if worst else 0.0, is_bounded=left.cost < inf)


def forecast(ledger: Ledger, run: Run, pace: PaceLimits, work: Ahead) -> Forecast:
    """What a planned or unfinished run would take and bring from now on; nothing is asked, and nothing is kept."""
    dialogue, planned = work.dialogue, list(ledger.steps.planned(run.id, first=run.decided))
    # Of the steps of a sample one alone brings it.
    items = work.ways[0].share if run.work == "synthesize" else dialogue.items
    brought, fruit = _brought(ledger, run, items)
    ways = [(way, _last_replies(ledger, run.model, way.dialogue.prompt)) for way in work.ways]
    notes = [f"calls: {work.note}", fruit, *(_told(used, way.dialogue, run.model) for way, used in ways)]
    if run.unfinished:
        notes.insert(0, f"{run.id} is unfinished, with {run.decided} calls behind it: this is what is left")
    if None in pace.prices:
        unknown = run.model if pace.price is None else str(run.settings.get("checker"))
        notes.append(f"cost: the price of {unknown} is not known")
    if pace.batch:
        notes.append("cost: at the price of batches, each of which is answered within 24 hours")
    return forecast_of(
        run.work,
        run.model,
        work.calls,
        mixed([(_rates(brought, *_seen(way, used, planned), way, pace), way.share) for way, used in ways]),
        _limits_left(ledger, run),
        history_calls=sum(len(used) for _, used in ways),
        reused_calls=ledger.calls.standing(run.id, [p.call for p in planned])["replied"],
        notes=tuple(notes),
    )


def ways_of(dialogue: "Dialogue", fields: Sequence[Mapping[str, Any]]) -> list[CallsBeside]:
    """The ways in which steps with these fields are asked by a dialogue, or the several that it is, with their shares.

    The one that is asked most often comes first.
    """
    asked: dict[int, CallsBeside] = {}
    for each in fields:
        one = dialogue.of(each) if isinstance(dialogue, Dialogues) else dialogue
        way = asked.get(id(one), CallsBeside(cast("PromptDialogue", one), [], 0.0))
        asked[id(one)] = way._replace(fields=[*way.fields, without_asked(each)], share=way.share + 1 / len(fields))
    if not asked:
        only = dialogue.first if isinstance(dialogue, Dialogues) else dialogue
        return [CallsBeside(cast("PromptDialogue", only), [], 1.0)]
    return sorted(asked.values(), key=lambda way: -way.share)


def _seen(
    way: CallsBeside, used: Sequence[Used], planned: "Sequence[Planned]"
) -> tuple[Sequence[Mapping[str, Any]], Sequence[Used]]:
    """The fields of the next calls that are asked in a way, and what replies to such calls used, as it sees fields."""
    ahead = [without_asked(p.step.fields) for p in planned if p.step.prompt == way.dialogue.prompt]
    return ahead[:SHOWN] or way.fields, [one._replace(fields=without_asked(one.fields)) for one in used]


def anybody(store: "GraphStore") -> list[str]:
    """Some personas: those with the lowest ids, which are hashes, and so drawn as if by lot."""
    return store.ids_with_prefix("", limit=SHOWN)


def _brought(ledger: Ledger, run: Run, items: float) -> tuple[Range, str]:
    """The new personas, or samples, of a call: as the latest steps of such runs had them; and what that rests on."""
    outcome, name = ("sample", "samples") if run.work == "synthesize" else ("new", "new personas")
    steps, count = 0, 0
    for before in reversed(ledger.runs.all()):
        same = all(before.settings.get(setting) == run.settings.get(setting) for setting in ALIKE)
        if same and (before.command, before.model) == (run.command, run.model) and steps < LAST_STEPS:
            first = max(0, before.decided - LAST_STEPS + steps)
            count += ledger.steps.count(before.id, outcome, first=first, last=before.decided)
            steps += before.decided - first
    if steps < ENOUGH:
        found = FRUIT.times(items)
        return found, f"{name} of a call: by default {found.low:g} to {found.high:g}, as there are no such calls yet"
    mean = count / steps
    margin = 2 * (max(mean, 1 / steps) / steps) ** 0.5
    told = f"{name} of a call: {mean:.2f}, by the last {steps} calls of {run.command} in this workspace"
    return Range(max(0, mean - margin), mean, min(items, mean + margin)), told


def _last_replies(ledger: Ledger, model: str, prompt: str) -> list[Used]:
    """What the latest replies of the model to the prompt used; nothing when there are too few."""
    found: list[Used] = []
    for run in reversed(ledger.runs.all()):
        if run.model == model and len(found) < LAST:
            found += ledger.calls.latest(run.id, prompt, limit=LAST - len(found))
    return found if len(found) >= ENOUGH else []


def _told(used: Sequence[Used], dialogue: "PromptDialogue", model: str) -> str:
    """What the tokens of a call rest on."""
    prompt = dialogue.prompt
    if used:
        return f"tokens: rendered prompts, and the last {len(used)} replies of {model} to {prompt} in this workspace"
    part = (
        f"{REPLY.low:.0%} to {REPLY.high:.0%} of the longest reply" if dialogue.longest_answer > 1 else "one of a reply"
    )
    if room := dialogue.longest_reply - dialogue.longest_answer:
        part += f", up to {THOUGHTS.high:.0%} of the {room:,} tokens more that it may think" if room > 0 else ""
    return f"tokens: rendered prompts, by default at 3 to 5 characters a token, and {part}; {prompt} has no replies yet"


def _rates(
    brought: Range,
    ahead: Sequence[Mapping[str, Any]],
    used: Sequence[Used],
    way: CallsBeside,
    pace: PaceLimits,
) -> CallRates:
    """What a call takes, by prompts that are ahead and the last replies, or by default."""
    dialogue = way.dialogue
    a_character, completion = TOKENS_A_CHARACTER, _reply(dialogue)
    cached, seconds = 0.0, None
    if used:
        a_character = _middle([u.prompt_tokens / _characters(dialogue, u.fields) for u in used])
        completion = _middle([u.completion_tokens for u in used])
        cached = sum(u.cached_tokens for u in used) / sum(u.prompt_tokens for u in used)
        waited = median(u.seconds for u in used)
        rates = sorted(waited / open for open in (pace.highest, pace.first or pace.highest))
        seconds = Range(rates[0], fmean(rates), rates[1]) if waited and not pace.batch else None
    characters, cost, worst = [_characters(dialogue, fields) for fields in ahead], None, 0.0
    prompt = a_character.times(_middle(characters))
    if price := way.price(pace):
        worst = _worst(dialogue, ahead, price)
        tokens = zip(prompt, completion, strict=True)
        cost = Range(*(price.cost(round(p), round(c), round(p * cached)) for p, c in tokens))
    return CallRates(brought, prompt, completion, cost, seconds, worst)


def _reply(dialogue: "PromptDialogue") -> Range:
    """The tokens of a reply by default; a cap that leaves room for thoughts is for the longest of these.

    There is no reply of less than a token: where one is asked for, that is what a call takes.
    """
    answer, longest = REPLY.times(dialogue.longest_answer), dialogue.longest_reply
    thoughts = THOUGHTS.times(max(0, longest - dialogue.longest_answer))
    return Range(*(min(max(said, 1) + thought, longest) for said, thought in zip(answer, thoughts, strict=True)))


def _worst(dialogue: "PromptDialogue", fields: Sequence[Mapping[str, Any]], price: "Price") -> float:
    """The most that a call about such fields can cost, a token for each character."""
    return price.cost(max((_characters(dialogue, each) for each in fields), default=0), dialogue.longest_reply)


def _middle(values: Sequence[float]) -> Range:
    """The mean, between the lower and the upper quartile."""
    if not values:
        return Range(0, 0, 0)
    mean, (low, _, high) = fmean(values), quantiles([*values, *values], method="inclusive")
    return Range(min(low, mean), mean, max(high, mean))


def _characters(dialogue: "PromptDialogue", fields: Mapping[str, Any]) -> int:
    return sum(len(turn["content"]) for turn in dialogue.messages(fields, ""))


def _limits_left(ledger: Ledger, run: Run) -> LimitsLeft:
    """What the limits of the run still allow."""
    calls, personas, cost = (run.limits.get(name) for name in ("max_calls", "max_personas", "max_cost"))
    new = ledger.steps.count(run.id, "new", first=0, last=run.decided) if personas is not None else 0
    return LimitsLeft(
        calls=inf if calls is None else max(0, calls - run.decided),
        personas=inf if personas is None else max(0, personas - new),
        cost=inf if cost is None else max(0.0, cost - ledger.calls.cost(run.id)),
    )
