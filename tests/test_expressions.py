"""No expression, and no function over texts, takes more than linear time on a text from outside."""

import ast
import inspect
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache, partial
from importlib import import_module
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from personagraph.llm.openai.refusals import read as refusal
from personagraph.llm.openai.refusals import short
from personagraph.prompts import clean
from personagraph.text.descriptions import cleaned
from personagraph.text.english import head_end, phrase
from personagraph.text.markdown import prose
from personagraph.text.mended_json import UnreadableError, read_object
from personagraph.text.passages import passages
from personagraph.text.plain import visible
from personagraph.text.rows import lines, rows, table_rows
from personagraph.text.scripts import systems
from personagraph.text.search import indexed_words
from personagraph.text.words import words
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.reading.descriptions import read_description
from tests.growth import USUAL, against, is_worse_than_linear, texts

PACKAGE = Path(__file__).resolve().parent.parent / "personagraph"
MODULES = [
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for file in sorted(PACKAGE.rglob("*.py"))
]
WAYS = ("search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split")


class Expression(NamedTuple):
    """A compiled expression, where it stands, and the ways in which it is used; all of them where nobody knows."""

    place: str
    pattern: re.Pattern[str]
    ways: tuple[str, ...]


def expressions(module: str) -> Iterator[Expression]:
    """All expressions of a module: in what it holds, in what its functions compile, in what they are cached to make."""
    held, named = import_module(module), set()
    for name, value in vars(held).items():
        if name.startswith("__"):
            continue
        for pattern in patterns_in(value):
            named.add(pattern)
            yield Expression(f"{module}.{name}", pattern, tuple(sorted(uses(held)[name])) or WAYS)
        if hasattr(value, "cache_info") and not inspect.signature(value).parameters:
            for pattern in patterns_in(value()):
                yield Expression(f"{module}.{name}()", pattern, WAYS)
    for line, ways, pattern in compiled_in(held):
        if pattern not in named:
            yield Expression(f"{module}:{line}", pattern, ways)


def patterns_in(value: Any, depth: int = 4) -> Iterator[re.Pattern[str]]:
    """The expressions that a value is, or holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, str | bytes | type) or not depth:
        return
    elif isinstance(value, Mapping):
        yield from chain.from_iterable(patterns_in(each, depth - 1) for each in (*value.keys(), *value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from chain.from_iterable(patterns_in(each, depth - 1) for each in value)
    elif is_dataclass(value):
        yield from patterns_in([getattr(value, each.name, None) for each in fields(value)], depth)
    elif isinstance(value, partial):
        yield from patterns_in((value.args, value.keywords), depth - 1)


def compiled_in(held: Any) -> Iterator[tuple[int, tuple[str, ...], re.Pattern[str]]]:
    """What is given to `re` in the text of a module: its line, the ways in which it is used, the expression."""
    names = {}
    for node in ast.walk(tree_of(held.__file__)):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                names[call] = name
            case ast.Call(ast.Attribute(ast.Name("re"), way), [first, *others]) if way != "escape":
                given = [*others[:1]] if way == "compile" else []
                given += [each.value for each in node.keywords if each.arg == "flags"]
                flags = evaluated(given[0], held) if given else 0
                used = uses(held)[names[node]] if node in names else ()
                with suppress(TypeError):  # what is told as a variable is looked for in its value
                    pattern = re.compile(evaluated(first, held), flags)
                    yield node.lineno, tuple(used) or WAYS if way == "compile" else (way,), pattern


def evaluated(node: ast.expr, held: Any) -> Any:
    """The value of an expression of Python in a module; "x" stands for what only a function knows."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(evaluated(each, held)) for each in node.values)
    if isinstance(node, ast.FormattedValue):
        found = evaluated(node.value, held)
        return "x" if found is None else found
    try:
        return eval(compile(ast.Expression(node), "expression", "eval"), vars(held))
    except NameError:
        return None


@cache
def tree_of(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text(encoding="utf-8"))


@cache
def uses(held: Any) -> dict[str, set[str]]:
    """In which ways names are used as expressions in a module."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree_of(held.__file__)):
        if isinstance(node, ast.Attribute) and node.attr in WAYS and isinstance(node.value, ast.Name):
            found[node.value.id].add(node.attr)
    return found


def acts(pattern: re.Pattern[str], ways: tuple[str, ...]) -> Iterator[Callable[[str], object]]:
    """What is done with an expression; different ways of the same work are tried once."""
    for way in dict.fromkeys(way if way in ("search", "match", "fullmatch") else "sub" for way in ways):
        yield partial(pattern.sub, "") if way == "sub" else getattr(pattern, way)


def worst(pattern: re.Pattern[str], ways: tuple[str, ...] = WAYS) -> str:
    """The first text on which the expression takes more than linear time; empty when there is none."""
    known = list(against(pattern))
    found = (said for act in acts(pattern, ways) for said, text in known if is_worse_than_linear(act, text))
    return next(found, "")


@pytest.mark.slow
@pytest.mark.parametrize("module", [module for module in MODULES if any(expressions(module))])
def test_no_expression_is_worse_than_linear(module):
    found = {each.place: worst(each.pattern, each.ways) for each in expressions(module)}
    assert {place: text for place, text in found.items() if text} == {}


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(apoc|gds)(?:\s*\.\s*\w+)+\s*\(",
        r"/\*.*?\*/",
        r"\S*\*{3,}\S*",
        r"\s+$",
        r"(a+)+$",
        r"(?:\d+(?:\.\d+)?)+x",
        r"[^,]*,\s*and",
        r"<!--.*?-->",
        r"'(?:[^'\\]|\\.)*'",
        r"\w+@\w+",
    ],
)
def test_an_expression_that_is_worse_than_linear_is_found(pattern):
    assert worst(re.compile(pattern, re.DOTALL))


@pytest.mark.parametrize("pattern", [r"\w+", r"\bsk-\w{6,}", r"'[^']*+'?", r"\[[^\[\]]{0,50}\]\(", r"^\s*#", r"a|b|cd"])
def test_an_expression_that_is_linear_is_not_blamed(pattern):
    assert worst(re.compile(pattern)) == ""


def test_expressions_are_found_wherever_they_stand():
    found = {each.place for module in MODULES for each in expressions(module)}
    assert len(found) > 90
    for place in (
        "personagraph.llm.openai.refusals._MASKED",
        "personagraph.vocabulary.ages._LIFE_STAGES",
        "personagraph.vocabulary.work_names:",
        "personagraph.text.plain:",
        "personagraph.extraction.readings:",
    ):
        assert any(each.startswith(place) for each in found), (place, sorted(found))


def test_the_patterns_of_the_replies_are_linear_too():
    found = [p for file in PACKAGE.rglob("*.toml") for p in told_in(tomllib.loads(file.read_text(encoding="utf-8")))]
    assert found
    assert {pattern: worst(re.compile(pattern), ("search",)) for pattern in found} == dict.fromkeys(found, "")


def told_in(data: Any) -> Iterator[str]:
    """The values of "pattern", however deep."""
    if isinstance(data, dict):
        if isinstance(data.get("pattern"), str):
            yield data["pattern"]
        data = list(data.values())
    for each in data if isinstance(data, list) else ():
        yield from told_in(each)


def as_table(text: str) -> None:
    list(table_rows(lines(BytesIO(text.encode("utf-8", "surrogatepass")), is_table=True)))


def as_rows(text: str) -> None:
    list(rows(BytesIO(text.encode("utf-8", "surrogatepass")), "a.jsonl", field="text"))


def as_document(text: str) -> None:
    for begins in ("[", "[\n", "[\n{"):
        list(rows(BytesIO(f"{begins}{text}".encode("utf-8", "surrogatepass")), "a.json", field="text"))


def as_columns(text: str) -> None:
    for header in ("id,text\n", "text\n", "id,text,more\n1,"):
        list(rows(BytesIO(f"{header}{text}".encode("utf-8", "surrogatepass")), "a.csv", field="text"))


def as_object(text: str) -> None:
    with suppress(UnreadableError):
        read_object(text)


def as_reprs(text: str) -> None:
    """Rows as Python prints them, which are no JSON: so many that to count the lines above each takes longest."""
    row = b"{'persona': 'A man'},\n"
    found = [row.fault for row in rows(BytesIO(b"[" + row * len(text)), "a.json", field="persona")]
    assert found == ["not JSON"] * len(text) + ["the array is not closed; is the file cut off?"]


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "a CSV": as_table,
    "JSONL": as_rows,
    "a document of JSON": as_document,
    "a table with columns": as_columns,
    "a reply": as_object,
    "an object in a reply": lambda text: as_object(f'{{"a": {text}}}'),
    "a refusal": lambda text: short(text, "sk-verysecretkey"),
    "a refusal in JSON": lambda text: refusal(500, text.encode("utf-8", "replace"), secret="verysecretkey"),
    "Markdown": prose,
    "passages": lambda text: passages(text, longest=500, most=3),
    "a description": cleaned,
    "a text for a prompt": clean,
    "a line on a terminal": visible,
    "words": words,
    "the words of a search": indexed_words,
    "writing systems": systems,
    "what a description says": read_description,
    "the head of a description": lambda text: head_end(phrase(text)),
    **{f"the attribute {name}": attribute.value for name, attribute in ATTRIBUTES.items()},
}


UNITS = ('"\n', 'x","z\n', '"",\n', 'x,"\n', "\\'", "{'", '{"a":', "'a':", "```\n", "> ", "1. ", "](", "![", "<!--")
UNITS += ('{"a":\n', '{"text": "x"},\n', "{\n", "}\n", '1,"x\n2,y"\n', '1,"x\n', "1,x\n", '1,"\n', '"" x\n')
UNITS += ("/*", "a, ", "A b ", ". ", "a. ", "the ", "sk-", "***", "//", "e\u0301\u0301", "\U0001f468\u200d")


def test_rows_of_a_document_that_are_no_json_take_linear_time():
    assert not is_worse_than_linear(as_reprs, lambda n: "x" * n)


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_over_texts_is_worse_than_linear(name):
    found = texts(*UNITS, *USUAL, heads=("", '"', "'", "{", '{"a": "', "a ", "---\n"), tail="")
    assert [said for said, text in found if is_worse_than_linear(FUNCTIONS[name], text)] == []
