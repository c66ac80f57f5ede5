"""Replies as models and servers spoil them: what each is, as it comes, and what it becomes.

It becomes `READ` (the answer, as it stands), `MENDED` (the answer, marked), or the reason why it is asked for again.
"""

import json
from typing import NamedTuple

ANSWER = {
    "occupation": "baker",
    "age": 40,
    "country": "Peru",
    "relation": "friend of",
    "detail": "bakes bread for the king's 200 soldiers",
}
"""What the model wanted to say; it fits the prompt expand-small."""
WHOLE = json.dumps(ANSWER)
EXAMPLE = {
    "occupation": "grain trader",
    "age": 51,
    "country": "Tanzania",
    "relation": "sells to",
    "detail": "drives an old lorry from village to village",
}
"""The first of the prompt's own examples."""
READ, MENDED = "read", "mended"
PLAIN = WHOLE.replace("king's ", "")
"""The answer without its apostrophe."""
PLAIN_ANSWER = json.loads(PLAIN)


class Spoilt(NamedTuple):
    what: str
    text: str
    becomes: str
    finish: str = "stop"


def curly(text: str) -> str:
    """The text with “ and ” for its quotation marks."""
    halves = text.split('"')
    return "".join(half + ("“" if n % 2 == 0 else "”") for n, half in enumerate(halves[:-1])) + halves[-1]


AROUND = [
    Spoilt("nothing wrong", WHOLE, READ),
    Spoilt("white space around", f" \n{WHOLE}\n\n", READ),
    Spoilt("a byte order mark", f"\ufeff{WHOLE}", READ),
    Spoilt("a fence", f"```json\n{WHOLE}\n```", READ),
    Spoilt("an open fence", f"```\n{WHOLE}", READ),
    Spoilt("prose around", f"Sure! Here it is:\n```json\n{WHOLE}\n```\nAnything else?", READ),
    Spoilt("prose with braces before", f"I fill in {{the form}} for you: {WHOLE}", READ),
    Spoilt("prose with quotation marks and apostrophes", f"I'd say \"here\" you're: {WHOLE} (don't thank me)", READ),
    Spoilt("a list of one", f"[{WHOLE}]", READ),
    Spoilt("a line of thought", f"<think>Who could it be? Maybe {{a baker}}.</think>\n\n{WHOLE}", READ),
    Spoilt("a line of thought with a draft", f'<think>Say {{"age": 40}}, or {WHOLE}?</think>{WHOLE}', READ),
    Spoilt("a line of thought without its beginning", f"Let me think. A baker.\n</think>\n\n{WHOLE}", READ),
    Spoilt("a line of thought in brackets", f"[THINK]A baker?[/THINK]{WHOLE}", READ),
    Spoilt("channels", f"<|channel|>analysis<|message|>{{}}<|end|><|channel|>final<|message|>{WHOLE}", READ),
    Spoilt(
        "the end of a thought inside the answer", WHOLE.replace("bread", "</think>"), "detail breaks the rule pattern"
    ),
    Spoilt("a whole number with a fraction", WHOLE.replace("40", "40.0"), READ),
]
SPELLING = [
    Spoilt("a trailing comma", f"{PLAIN[:-1]},\n}}", MENDED),
    Spoilt("comments", PLAIN.replace("{", "{ // the friend\n").replace('"age"', '/* years */ "age"'), MENDED),
    Spoilt("single quotation marks", PLAIN.replace('"', "'"), MENDED),
    Spoilt("curly quotation marks", curly(PLAIN), MENDED),
    Spoilt("names without quotation marks", PLAIN.replace('"age"', "age").replace('"detail"', "detail"), MENDED),
    Spoilt("all of it in a fence", "```js\n" + f"{PLAIN[:-1]},}}".replace('"', "'") + "\n```", MENDED),
    Spoilt("an apostrophe in curly quotation marks", curly(WHOLE), MENDED),
]
ENVELOPES = [
    Spoilt("a tool call", json.dumps({"name": "reply", "arguments": ANSWER}), MENDED),
    Spoilt("a tool call with text", json.dumps({"name": "reply", "arguments": WHOLE}), MENDED),
    Spoilt("a tool call of OpenAI's", json.dumps({"type": "function", "function": {"arguments": WHOLE}}), MENDED),
    Spoilt("a tool call in tags", f'<tool_call>{{"name": "x", "parameters": {WHOLE}}}</tool_call>', MENDED),
    Spoilt(
        "a tool call with something else",
        '{"name": "shell", "arguments": {"command": "ls"}}',
        "the reply breaks the rule",
    ),
    Spoilt("a tool call as the server sends it", json.dumps({"function_call": {"arguments": WHOLE}}), MENDED),
    Spoilt("one name around it", json.dumps({"reply": ANSWER}), MENDED),
    Spoilt("one name around its text", json.dumps({"reply": WHOLE}), MENDED),
    Spoilt("three names around it", json.dumps({"data": {"reply": {"answer": ANSWER}}}), MENDED),
    Spoilt("two names around it", json.dumps({"answer": ANSWER, "note": ""}), "the reply breaks the rule"),
    Spoilt("too many names around it", json.dumps({"a": {"b": {"c": {"d": ANSWER}}}}), "the reply breaks the rule"),
    Spoilt("one name around a thought", json.dumps({"reasoning_content": f"A baker? So: {WHOLE}"}), MENDED),
    Spoilt("one name around two drafts", json.dumps({"reasoning": f"{WHOLE} or {WHOLE}"}), "the reply breaks the rule"),
    Spoilt("encoded twice", json.dumps(WHOLE), MENDED),
    Spoilt("encoded three times", json.dumps(json.dumps(WHOLE)), MENDED),
    Spoilt("encoded twice, in a fence", f"```json\n{json.dumps(WHOLE)}\n```", MENDED),
    Spoilt("encoded twice, without the marks around", json.dumps(WHOLE)[1:-1], MENDED),
    Spoilt("encoded twice, and cut", json.dumps(WHOLE[:-9]), "not JSON"),
    Spoilt("a text of a number", WHOLE.replace("40", '"40"'), MENDED),
    Spoilt("a text of a truth", WHOLE.replace("40", '"true"'), "age breaks the rule type"),
]
UNUSABLE = [
    Spoilt("nothing", "", "empty"),
    Spoilt("a tool call that is no text", "", "empty", "tool_calls"),
    Spoilt("white space", "\n" * 40_000, "empty"),
    Spoilt("white space without end in an object", "{" + " \n" * 20_000, "not JSON"),
    Spoilt("white space without end, cut off", "{" + " \n" * 20_000, "cut off", "length"),
    Spoilt("whole, but cut off all the same", WHOLE, "cut off", "length"),
    Spoilt("cut in a word", WHOLE[:-9], "not JSON"),
    Spoilt("cut in a word, closed by the server", WHOLE[:-9] + "}", "not JSON"),
    Spoilt("cut before the last bracket", WHOLE[:-1], "not JSON"),
    Spoilt("cut in a name", WHOLE[: WHOLE.index("detail") + 3], "not JSON"),
    Spoilt("cut in a thought", f"<think>Say {WHOLE}", "a line of thought without an answer"),
    Spoilt("a thought and nothing", "<think>A baker.</think>", "empty"),
    Spoilt("a refusal in words", "I can't help with that.", "no JSON object"),
    Spoilt("a refusal by the server", "I can't help with that.", "a refusal", "refusal"),
    Spoilt("a content filter", WHOLE, "stopped by a content filter", "content_filter"),
    Spoilt("two answers", f"{WHOLE}\n{WHOLE}", "more than one JSON object"),
    Spoilt("two in a list", f"[{WHOLE}, {WHOLE}]", "more than one JSON object"),
    Spoilt("the form, then the answer", f'{{"type": "object"}} {WHOLE}', "more than one JSON object"),
    Spoilt("two spoilt answers", (PLAIN + PLAIN).replace('"', "'"), "not JSON"),
    Spoilt("null", "null", "no JSON object"),
    Spoilt("a list of texts", '["baker", "40"]', "no JSON object"),
    Spoilt("brackets without end", "[" * 100_000, "no JSON object"),
    Spoilt("braces without end", "{" * 100_000, "not JSON"),
    Spoilt("nested without end", '{"a":' * 50_000, "not JSON"),
    Spoilt("comments without end", "{" + "/*" * 50_000 + "}", "not JSON"),
    Spoilt("quotation marks without end", "{" + "'\"" * 50_000 + "}", "not JSON"),
    Spoilt("no number", WHOLE.replace("40", "NaN"), "NaN is no number"),
    Spoilt("no end of a number", WHOLE.replace("40", "1e999"), "1e999 is no number"),
    Spoilt("a number of 5,000 digits", WHOLE.replace("40", "4" * 5_000), "not JSON"),
    Spoilt("a name twice", WHOLE.replace("{", '{"age": 41, '), "a name twice"),
    Spoilt("a quotation mark inside a text", WHOLE.replace("bread", '"bread"'), "not JSON"),
    Spoilt("an apostrophe inside apostrophes", WHOLE.replace('"', "'"), "not JSON"),
    Spoilt("no comma", WHOLE.replace(", ", " ", 1), "not JSON"),
    Spoilt("no quotation mark at the end", WHOLE.replace('soldiers"', "soldiers"), "not JSON"),
    Spoilt("an answer in lines", "relation: friend of\noccupation: baker\nage: 40", "no JSON object"),
    Spoilt("XML", "<relation>friend of</relation><age>40</age>", "no JSON object"),
    Spoilt("the prompt again", "<a1b2c3>\nA fisher\n</a1b2c3>\nWho is connected to this person?", "no JSON object"),
    Spoilt("an example again", json.dumps(EXAMPLE), "an example told again"),
    Spoilt(
        "the form again", '{"type": "object", "properties": {"age": {"type": "integer"}}}', "the reply breaks the rule"
    ),
    Spoilt("an empty object", "{}", "the reply breaks the rule required"),
    Spoilt("a text for a number", WHOLE.replace("40", '"forty"'), "age breaks the rule type"),
    Spoilt("a number too high", WHOLE.replace("40", "400"), "age breaks the rule maximum"),
    Spoilt("none of the choices", WHOLE.replace("Peru", "Atlantis"), "country breaks the rule enum"),
    Spoilt("markup", WHOLE.replace("bread", "<script>alert(1)</script>"), "detail breaks the rule pattern"),
    Spoilt("a field too many", WHOLE.replace("{", '{"note": "", '), "the reply breaks the rule additionalProperties"),
]
CORPUS = [*AROUND, *SPELLING, *ENVELOPES, *UNUSABLE]
