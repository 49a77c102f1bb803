"""The outlets' health in the text format that Prometheus reads (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.standing import Standing

Sample = tuple[dict[str, str], float]
HELP = {
    "kliping_healthy": "1 where nothing is wrong with the outlet, else 0",
    "kliping_wrongs": "how many things are wrong with the outlet",
    "kliping_last_run_timestamp_seconds": "when the outlet's last run ended",
    "kliping_last_run_exit_code": "the exit code of the outlet's last run, -1 if it was killed",
    "kliping_stories_24h": "stories that the outlet published in the last 24 whole hours",
    "kliping_stories_24h_usual": "stories that it usually publishes on such a day",
    "kliping_last_run_stories": "fresh stories that the last run read",
    "kliping_last_run_filled_ratio": "share of them in which a field was filled",
}


def exposed(found: Sequence[Standing]) -> str:
    """Write every metric with its help and type."""
    samples = {name: [sample for one in found for sample in _samples(name, one)] for name in HELP}
    return "".join(_metric(name, told) for name, told in samples.items() if told)


def _metric(name: str, samples: Sequence[Sample]) -> str:
    lines = [f"{name}{_braced(labels)} {told:.10g}" for labels, told in samples]
    return "\n".join([f"# HELP {name} {HELP[name]}", f"# TYPE {name} gauge", *lines, ""])


def _samples(name: str, one: Standing) -> Iterator[Sample]:
    own, run = {"outlet": one.outlet}, one.run
    stories = one.signs["stories"].count if "stories" in one.signs else 0
    told: dict[str, float | None] = {
        "kliping_healthy": one.green,
        "kliping_wrongs": len(one.wrong),
        "kliping_last_run_timestamp_seconds": run.ended_at.timestamp() if run else None,
        "kliping_last_run_exit_code": (-1 if run.exit_code is None else run.exit_code) if run else None,
        "kliping_stories_24h": one.stories_24h,
        "kliping_stories_24h_usual": one.usual_24h,
        "kliping_last_run_stories": stories if run else None,
    }
    if name == "kliping_last_run_filled_ratio":
        filled = ((sign[6:], count.count) for sign, count in sorted(one.signs.items()) if sign.startswith("field "))
        yield from ((own | {"field": field}, count / stories) for field, count in filled if stories)
    elif (value := told[name]) is not None:
        yield own, float(value)


def _braced(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
