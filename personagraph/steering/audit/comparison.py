"""Puts reports side by side: of two the differences, of several runs what they have in common, with intervals."""

from collections.abc import Iterator, Mapping, Sequence
from math import isclose, sqrt
from statistics import fmean, stdev
from types import MappingProxyType
from typing import Any

from personagraph.errors import UsageError
from personagraph.steering.audit.curve import SEVERAL, curves_over, is_curve
from personagraph.steering.coverage import LEVELS
from personagraph.steering.flags import RATE, adjusted
from personagraph.steering.shares import difference, t_quantile, wilson
from personagraph.steering.two_shares import exact_p
from personagraph.vocabulary.attributes import ATTRIBUTES

OF_ONE_GRAPH = ("cluster", "community")
"""Axes whose values are worked out from a graph: those of another have the same names and are others."""
Report = Mapping[str, Any]
"""What `personagraph.steering.audit.audit` found."""


def compared(reports: Mapping[str, Report], groups: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Two reports or more, by what they are called, side by side.

    `numbers` are figures of the whole, `shares` those of each value. Of two there is the `difference` of the second
    from the first; that of a share has an interval (Newcombe 1998), and `differs` says that it is more than chance
    (exact test of two shares, Fisher 1934, kept to a false discovery rate of 5 % over all shares). Of SEVERAL there is
    the `mean` with its 95 % interval over reports (Student's t); that of a share is at least Wilson's of all counts
    together, as a few reports may agree by chance. `wanted` is None where reports want different shares of a field's
    value. `groups` says which reports, by name, are runs of the same: of each group there is the mean, too, and its
    curve in `curves`. Raises UsageError for fewer than two, for reports that are not held against the same target by
    the same axes, and for axes OF_ONE_GRAPH.
    """
    found = list(reports.values())
    if len(found) < 2:
        raise UsageError("--compare takes two reports or more: runs, folders of workspaces, files of `coverage --json`")
    for name, report in list(reports.items())[1:]:
        for what, first, other in zip(("axes", "target"), _held(found[0]), _held(report), strict=True):
            if first != other:
                one = next(iter(reports))
                raise UsageError(
                    f"--compare: the {what} of {one} is {first}, that of {name} {other}; measure both alike"
                )
    _check_axes(found)
    tables = [dict(_numbers(report)) for report in found]
    names = list(dict.fromkeys(name for table in tables for name in table))
    axes, target = _held(found[0])
    places = _places(reports, groups)
    numbers = [{"name": name, **_over([table.get(name) for table in tables])} for name in names]
    shares = _shares(found)
    if places:
        for row in (*numbers, *shares):
            row["groups"] = [_mean([row["values"][at] for at in some]) for some in places.values()]
        for row in shares:
            for group, some in zip(row["groups"], places.values(), strict=True):
                if group["interval"]:
                    counted = sum(row["counts"][at] for at in some), sum(row["known"][at] for at in some)
                    group["interval"] = _at_least(group["interval"], *counted)
    return {
        "reports": list(reports),
        "groups": {name: len(some) for name, some in places.items()},
        "axes": axes,
        "target": target,
        "numbers": numbers,
        "shares": shares,
        "curves": curves_over(reports, groups),
    }


def _places(reports: Mapping[str, Report], groups: Mapping[str, str]) -> dict[str, list[int]]:
    """Which reports, by their place, each group has; empty where nothing is grouped."""
    found: dict[str, list[int]] = {}
    for at, name in enumerate(reports):
        found.setdefault(groups.get(name, name), []).append(at)
    return found if groups else {}


def _mean(values: Sequence[float | None]) -> dict[str, Any]:
    """The mean of a group, of SEVERAL with its interval; None where there is no value."""
    there = [value for value in values if value is not None]
    found: dict[str, Any] = {"mean": fmean(there) if there else None, "interval": None}
    if len(there) >= SEVERAL:
        half = t_quantile(len(there) - 1) * stdev(there) / sqrt(len(there))
        found["interval"] = [found["mean"] - half, found["mean"] + half]
    return found


def is_report(found: Report) -> bool:
    """Whether it has all that is compared, of the kind that is expected."""
    try:
        numbers = [value for _, value in _numbers(found)]
        for axis, one in found["attributes"].items():
            numbers += [
                one["now"]["known"],
                *(row["now"] for row in one["rows"]),
                *(row["wanted"] for row in one["rows"]),
            ]
            texts = [axis, *(row["cell"][0] for row in one["rows"])]
            if not all(isinstance(text, str) for text in texts):
                return False
        axes, target = _held(found)
        curve = found.get("growth", {}).get("curve")
        if curve is not None and not is_curve(curve):
            return False
    except (KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError):
        return False
    told = all(isinstance(text, str) for text in (*axes, target))
    return told and all(value is None or type(value) in (int, float) for value in numbers)


def _check_axes(reports: Sequence[Report]) -> None:
    """Raises UsageError for axes whose values are others in each report."""
    if own := [axis for axis in _held(reports[0])[0] if axis in OF_ONE_GRAPH]:
        raise UsageError(
            f"--compare: every graph has its own {own[0]}, so that those of two are not the same; compare by attributes"
        )


def _held(report: Report) -> tuple[list[str], str]:
    return list(report["cells"]["axes"]), report["cells"]["target"]["name"]


def _numbers(report: Report) -> Iterator[tuple[str, float | None]]:
    """The figures that are compared, by name."""
    people, now = report["people"], report["cells"]["now"]
    total = people["personas"]
    yield "personas", total
    yield "relationships among them", people["relationships"]
    for name, one in people["attributes"].items():
        yield f"share known, {name}", one["known"] / total if total else None
    for level in LEVELS:
        yield f"cells with at least {level}", now["covered"][str(level)]
    yield "JS divergence of cells beyond that due to size", _excess(now)
    yield "Gini of cells", now["gini"]
    for axis, one in report["attributes"].items():
        yield f"JS divergence beyond that due to size, {axis}", _excess(one["now"])
    for one in report["pairs"]["pairs"]:
        yield f"Cramér's V, {' by '.join(one['pair'])}", one["v"]
    for axis, one in report.get("ties", {}).get("attributes", {}).items():
        part = one["unsteered"]
        yield f"neighbours alike beyond chance, {axis}", part["alike"] - part["chance"] if part["pairs"] else None
        if (steered := one.get("steered")) and steered["pairs"]:
            yield f"the same of steered relationships, {axis}", steered["alike"] - steered["chance"]
    if aims := report.get("aims"):
        yield (
            "share of hints that brought somebody into the region",
            sum(one["right"] for one in aims["levels"]) / aims["asked"],
        )
        yield "regions asked for, and not reached", len(aims["unreached"])
    if growth := report.get("growth"):
        tried = growth["new"] + growth["rejections"]["total"] + sum(run["merged"] for run in growth["runs"])
        yield "calls per new persona", growth["calls_per_persona"]
        yield "USD per new persona", growth["cost_per_persona_usd"]
        yield "share of items turned down", growth["rejections"]["total"] / tried if tried else None


def _excess(found: Mapping[str, Any]) -> float | None:
    return None if found["js_divergence"] is None else found["js_divergence"] - found["js_null"]


def _shares(reports: Sequence[Report]) -> list[dict[str, Any]]:
    """The share of every value in each report, where its attribute is known of anybody."""
    rows = []
    for axis in reports[0]["attributes"]:
        tables = [report["attributes"].get(axis) for report in reports]
        counts = [{row["cell"][0]: row for row in table["rows"]} if table else {} for table in tables]
        known = [table["now"]["known"] if table else 0 for table in tables]
        for value in dict.fromkeys(value for count in counts for value in count):
            found = [count.get(value) for count in counts]
            times = [row["now"] if row else 0 for row in found]
            told = _over([n / of if of else None for n, of in zip(times, known, strict=True)])
            if len(reports) == 2 and all(known):
                told["interval"] = list(difference(times[0], known[0], times[1], known[1]))
                told["p"] = exact_p(times[0], known[0], times[1], known[1]) if 0 < sum(times) < sum(known) else None
            elif "interval" in told:
                told["interval"] = _at_least(told["interval"], sum(times), sum(known))
            wanted = _wanted(axis, value, [row["wanted"] for row in found if row])
            rows.append({"axis": axis, "value": value, "wanted": wanted, "counts": times, "known": known, **told})
    tested = [row for row in rows if row.get("p") is not None]
    for row, p in zip(tested, adjusted([row["p"] for row in tested]), strict=True):
        row["p"], row["differs"] = p, p <= RATE
    return rows


def _at_least(interval: Sequence[float], count: int, total: int) -> list[float]:
    """The interval of a share over reports, no narrower than that of all counts together, within 0 and 1."""
    low, high = wilson(count, total)
    return [max(0.0, min(low, interval[0])), min(1.0, max(high, interval[1]))]


def _wanted(axis: str, value: str, wishes: Sequence[float]) -> float | None:
    """The share that all want of a value, None where they differ; raises UsageError if it is one of an attribute."""
    if isclose(min(wishes), max(wishes), abs_tol=1e-9):
        return wishes[0]
    if axis not in ATTRIBUTES:
        return None
    raise UsageError(
        f"--compare: the targets are called alike, and want {min(wishes):.4g} to {max(wishes):.4g} of {axis}={value};"
        " measure all against one"
    )


def _over(values: Sequence[float | None]) -> dict[str, Any]:
    """Values with their difference, or their mean and its interval."""
    there = [value for value in values if value is not None]
    found: dict[str, Any] = {"values": list(values)}
    if len(values) == 2:
        found["difference"] = there[1] - there[0] if len(there) == 2 else None
    elif len(there) >= SEVERAL:
        found |= _mean(there)
    return found
