"""The text of docs/science/: the index, a page a model and a page a metric, from what the code declares."""

from __future__ import annotations

import inspect
import json
import math
import re
import sys
from typing import TYPE_CHECKING, Any

from deploy._science_data import REPEATABILITY, SCIENCE
from deploy._science_examples import EXAMPLES
from deploy._science_people import people_page
from deploy._science_results import recovery_page, recovery_table, study_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from shared.figure import Figure
    from shared.learning.spec import Model
    from shared.metrics.spec import MetricSpec

BETTER = {"higher": "higher is better", "lower": "lower is better", "neither": "neither direction is better"}
VALIDATED = {
    "people": "It was measured on people.",
    "simulation": "It was tried on simulated people only: no person was measured.",
    "none": "It was tried neither on people nor on simulated people: no person was measured.",
}
SIGNALS = {
    "hand": "the hand's track",
    "cursor": "the cursor's track",
    "trunk": "the trunk's track",
    "shoulders": "both shoulders' tracks",
    "events": "the game's events",
}
EXPLAINED_BY = {
    "ssrt_s": "stopping",
    "ssrt_pooled_s": "stopping",
    "stop_respond_share": "stopping",
    "stop_signal_delay_s": "stopping",
    "go_reaction_time_s": "stopping",
    "launch_failure_share": "stopping",
    "use_dependent_bias_deg": "use_dependent",
}
"""For metrics that no session of the game yields yet: the model whose figure shows what they are about."""
REASONS = {
    "many_directions": "practice in the game goes in many directions, so none is the practised one",
    "no_dual_task": "no plan asks for a second task yet",
    "no_offers": "no game offers points before a trial yet",
    "no_opposite_before": "it needs two exposures turned opposite ways, which no plan of the figures had",
    "no_shoulder_samples": "virtual people have no shoulders before a camera",
    "no_stop_trials": "no game has stop signals yet",
    "no_target_jump": "no game lets a target jump yet",
    "no_untrained_probe": "no plan of the figures probes directions that were not practised",
}
UNSURE = re.compile(r"not verified|not validated|\[M\]|from memory", re.IGNORECASE)


def pages(
    recovery: Mapping[str, Any], sessions: Mapping[str, Any], study: Mapping[str, Any] | None
) -> dict[str, str]:
    """Return every page's text by its path below docs/science/."""
    from shared.learning import models
    from shared.metrics.compute import catalogue, families
    from shared.patient.person import profiles

    measured = json.loads(REPEATABILITY.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for model in models().values():
        found[f"models/{model.id}.md"] = _model(model, recovery)
    family_of = {spec.id: name for name, family in families().items() for spec in family.specs}
    specs = catalogue()
    for spec in specs:
        found[f"metrics/{spec.id}.md"] = _metric(spec, family_of.get(spec.id, "across"), measured, sessions)
    found["recovery.md"] = recovery_page(recovery, [each.id for each in models().values()])
    found["people.md"] = people_page()
    if study is not None:
        labels = {name: str(each["label"]) for name, each in profiles().items()}
        found["study.md"] = study_page(study, labels)
    found["README.md"] = _index(list(models().values()), specs, family_of, sessions, study is not None)
    return found


def drawings(model: Model) -> list[tuple[str, Callable[[], Figure]]]:
    """Return the model's figures with their files' names; a model without one shows its example schedule."""
    if not model.figures:
        return [(f"model-{model.id}-example.svg", lambda: example(model))]
    return [
        (f"model-{each.__module__.rpartition('.')[2]}-{each.__name__.removeprefix('figure_')}.svg", each)
        for each in model.figures
    ]


def example(model: Model) -> Figure:
    """Return the model's example schedule at its defaults, without noise where that is possible."""
    import numpy as np

    from shared.figure import Figure, Series
    from shared.learning.spec import Schedule

    schedule = Schedule.parse(model.example_schedule)
    random = np.random.Generator(np.random.PCG64(1)) if model.random == "needed" else None
    simulated = model.simulate(model.complete({}), schedule, random)
    trials = [float(at) for at in range(1, len(schedule) + 1)]
    shown = [name for name in ("output", "fast", "slow", "implicit", "explicit") if name in simulated]
    return Figure(
        title=model.name,
        x="trial",
        y="output (unit of the perturbation)",
        series=[Series(name, trials, simulated[name].tolist()) for name in shown],
        caption=f"The schedule {model.example_schedule} at the default parameters.",
    )


def prose(text: str) -> str:
    """Return plain text as Markdown that shows it as it is; code between backticks stays code."""
    parts = re.split(r"(`[^`]+`)", " ".join(text.split()))
    return "".join(
        each if each.startswith("`") else re.sub(r"([\\*_<\[\]|#])", r"\\\1", each) for each in parts
    )


def sentences(text: str) -> str:
    """Return text as a whole sentence."""
    plain = prose(text)
    return plain[:1].upper() + plain[1:] + ("" if plain.endswith((".", "?", "!")) else ".")


def docstring(text: str | None) -> str:
    """Return a docstring's paragraphs."""
    return "\n\n".join(sentences(each) for each in re.split(r"\n\s*\n", (text or "").strip()) if each.strip())


def unit(name: str) -> str:
    return "none (a ratio or a count)" if name == "1" else prose(name)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(each) + " |" for each in lines)


def _figure(name: str, figure: Figure) -> str:
    return f"![{prose(figure.title)}](../figures/{name})\n\n{sentences(figure.caption)}"


def _model(model: Model, recovery: Mapping[str, Any]) -> str:
    unsure = [each for each in model.parameters if UNSURE.search(each.source)]
    parts = [
        f"# {prose(model.name)}",
        f"`{model.id}` · [all models](../README.md#models)",
        f"```text\n{model.equation}\n```",
        docstring(sys.modules[model.simulate.__module__].__doc__),
        f"**Source:** {sentences(model.source)}",
        f"**What was checked:** {sentences(model.verified)}",
    ]
    if UNSURE.search(model.verified) or UNSURE.search(model.source):
        parts.append(f"**Not verified:** {sentences(_unsure_parts(model.verified, model.source))}")
    if unsure:
        names = ", ".join(f"`{each.name}`" for each in unsure)
        parts.append(f"**Not verified:** the published values of {names}.")
    parts += [
        f"## What a schedule's value means\n\n{sentences(model.schedule)}",
        "## Parameters\n\n" + _parameters(model),
        "## Columns\n\n" + _columns(model),
        "## How it is fitted\n\n" + _fitted(model),
        "## Figure\n\n" + "\n\n".join(_figure(name, draw()) for name, draw in drawings(model)),
        "## Parameter recovery\n\n" + _recovered(model, recovery),
        f"## Try it\n\n```\npython -m shared simulate --model {model.id} "
        f'--schedule "{model.example_schedule}" --json\n```',
    ]
    return "\n\n".join(parts) + "\n"


def _unsure_parts(*texts: str) -> str:
    """Return of a source's statement what says that it was not verified."""
    clauses = [each.strip() for text in texts for each in text.split(";")]
    return "; ".join(each for each in clauses if UNSURE.search(each))


def _parameters(model: Model) -> str:
    rows = [
        (
            f"`{each.name}`",
            unit(each.unit) if each.unit != "1" else "1",
            f"{each.default:g}",
            f"{_bound(each.low)} to {_bound(each.high)}",
            prose(each.meaning),
            prose(each.source),
        )
        for each in model.parameters
    ]
    return table(("parameter", "unit", "default", "bounds", "meaning", "source"), rows)


def _bound(value: float) -> str:
    return "unbounded" if math.isinf(value) else f"{value:g}"


def _columns(model: Model) -> str:
    lines = ["- `output`: what the learner does on that trial, before the trial's update."]
    lines += [f"- `{name}`: {prose(meaning)}" for name, meaning in sorted(model.extra.items())]
    wanted = ", ".join(f"`{each}`" for each in model.data)
    return "\n".join(lines) + (f"\n\nA fit takes the columns {wanted}." if model.fit else "")


def _fitted(model: Model) -> str:
    if model.fit is None:
        return "There is no fit: the model simulates only."
    text = ""
    if inspect.isfunction(model.fit) and model.fit.__doc__:
        text = sentences(re.split(r"\n\s*\n", model.fit.__doc__.strip())[0]) + "\n\n"
    text += f"`python -m shared fit --model {model.id} FILE.csv --json`"
    if model.simpler is None:
        return text + "\n\nIt is the simplest of its kind, and is compared with none."
    return text + f"\n\nCompared by AIC and BIC with the simpler `{model.simpler}`{_link(model.simpler)}."


def _link(name: str) -> str:
    from shared.learning import models

    return f" ([its page]({name}.md))" if name in models() else ", the same model with that part left out"


def _recovered(model: Model, recovery: Mapping[str, Any]) -> str:
    rows = recovery["models"].get(model.id)
    if not rows:
        return "The model declares no recovery, since it has no fit."
    return (
        f"{recovery['people']} simulated people went through one experiment and were fitted; what the "
        f"columns "
        f"mean is told in [parameter recovery](../recovery.md).\n\n" + recovery_table(rows)
    )


def _metric(spec: MetricSpec, family: str, measured: Mapping[str, Any], sessions: Mapping[str, Any]) -> str:
    rate = f"at least {spec.min_rate_hz:g} Hz" if spec.min_rate_hz else "any rate"
    jitter = (
        "any jitter" if math.isinf(spec.max_jitter_ms) else f"jitter of at most {spec.max_jitter_ms:g} ms"
    )
    rows = [
        ("identifier, version", f"`{spec.id}`, {spec.version}"),
        ("unit", unit(spec.unit)),
        ("direction", BETTER[spec.better]),
        ("signal needed", " and ".join(SIGNALS[each] for each in spec.needs)),
        ("minimum rate, maximum jitter", f"{rate}, {jitter}"),
        ("smallest detectable change", _change(spec, measured)),
        ("source", prose(spec.source)),
    ]
    parts = [
        f"# {prose(spec.name)}",
        "[all metrics](../README.md#metrics)",
        sentences(spec.definition),
        table(("", ""), rows),
        f"**Validation:** {VALIDATED[spec.validated]}",
    ]
    if UNSURE.search(spec.source) or UNSURE.search(spec.definition):
        parts.append(f"**Not verified:** {sentences(_unsure_parts(spec.source, spec.definition))}")
    module = sys.modules[f"shared.metrics.{family}"]
    parts.append("## Figure\n\n" + _metric_figure(spec, sessions))
    parts.append(f"## Its family, `{family}`\n\n{docstring(module.__doc__)}")
    return "\n\n".join(parts) + "\n"


def _change(spec: MetricSpec, measured: Mapping[str, Any]) -> str:
    line = measured["metrics"].get(spec.id)
    if spec.smallest_detectable_change is None or line is None:
        return "not measured"
    how = prose(measured["sessions"].get(line["session"], line["session"]))
    return (
        f"{spec.smallest_detectable_change:.3g} {'' if spec.unit == '1' else prose(spec.unit)}".rstrip()
        + f" between two sessions of one person (95 %): {line['sessions']} sessions of {line['people']} "
        f"virtual "
        f"people under the same conditions ({how})"
    )


def _metric_figure(spec: MetricSpec, sessions: Mapping[str, Any]) -> str:
    shown = sessions["metrics"].get(spec.id)
    if shown:
        kind = sessions["kinds"].get(shown["kind"], shown["kind"])
        count = sum(map(len, shown["profiles"].values()))
        whole = len(sessions["profiles"]) * sessions["people_per_profile"]
        most = "" if count == whole else f" {whole - count} of the {whole} sessions give no value."
        drawn = sessions["versions"].get(spec.id)
        older = "" if drawn == spec.version else f" Drawn with version {drawn} of the metric."
        ruler = " The green bar is as long as the smallest detectable change." if ruled(spec, shown) else ""
        return (
            f"![{prose(spec.name)} by virtual profile](../figures/metric-{spec.id}.svg)\n\n"
            f"A dot is a virtual person, the bar the median of the profile. "
            f"{sentences(kind)}{ruler}{most}{older} "
            "Simulation: it shows what the metric does with people who differ, not how patients are."
        )
    reason = sessions["reasons"].get(spec.id, "")
    why = REASONS.get(reason, reason.replace("_", " "))
    text = f"No session of the game yields it yet: {why} (`{reason}`)."
    model = EXPLAINED_BY.get(spec.id)
    if model:
        from shared.learning import models

        name, draw = drawings(models()[model])[0]
        text += f" The figure is that of the model [{model}](../models/{model}.md)."
        text += "\n\n" + _figure(name, draw())
    elif spec.id in EXAMPLES:
        name, draw = EXAMPLES[spec.id]
        text += "\n\n" + _figure(name, draw())
    return text


def ruled(spec: MetricSpec, shown: Mapping[str, Any]) -> bool:
    """Return whether the figure has room for the smallest detectable change as a ruler."""
    values = [each for found in shown["profiles"].values() for each in found]
    change = spec.smallest_detectable_change
    return change is not None and change < 3.0 * (max(values) - min(values))


def _index(
    models: Sequence[Model],
    specs: Sequence[MetricSpec],
    family_of: Mapping[str, str],
    sessions: Mapping[str, Any],
    has_study: bool,
) -> str:
    unsure = "not verified in part"
    model_rows = [
        (
            f"[{prose(each.name)}](models/{each.id}.md)",
            f"`{each.id}`",
            prose(each.source),
            unsure if UNSURE.search(each.verified) else "checked",
        )
        for each in models
    ]
    status = {"people": "people", "simulation": "simulation", "none": "nothing yet"}
    metric_rows = [
        (
            f"[{prose(each.name)}](metrics/{each.id}.md)",
            "" if each.unit == "1" else prose(each.unit),
            first_sentence(each.definition),
            status[each.validated],
            "yes" if each.id in sessions["metrics"] else "not yet",
        )
        for each in specs
    ]
    text = (SCIENCE.parents[1] / "deploy" / "_science_index.md").read_text(encoding="utf-8")
    study = (
        "[The cohort study](study.md): fixed training modes against `auto`, on simulated people."
        if has_study
        else "The cohort study has not been run yet (`python -m shared study`)."
    )
    return (
        text.replace("{study}", study)
        .replace("{models}", table(("model", "identifier", "source", "source verified"), model_rows))
        .replace("{metrics}", table(("metric", "unit", "meaning", "tried on", "in the game"), metric_rows))
        .replace("{version}", _version())
        .replace("{n_models}", str(len(models)))
        .replace("{n_metrics}", str(len(specs)))
        .replace("{n_people}", _count(each.validated == "people" for each in specs))
    )


def first_sentence(text: str) -> str:
    """Return a definition's first sentence."""
    return sentences(re.split(r"(?<=[a-z0-9)])[.;:] ", " ".join(text.split()))[0])


def _version() -> str:
    import tomllib

    project = tomllib.loads((SCIENCE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _count(held: Iterable[bool]) -> str:
    found = sum(held)
    return "none was" if found == 0 else "one was" if found == 1 else f"{found} were"
