"""The pages of results: parameter recovery, and the cohort study."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RECOVERY_HEAD = (
    "| parameter | mean truth | bias | median error | 90 % coverage | with an interval |\n"
    "|---|---|---|---|---|---|\n"
)


def recovery_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a model's recovery, a line a parameter."""
    return RECOVERY_HEAD + "\n".join(
        f"| `{each['parameter']}` | {_number(each['truth_mean'])} | {_number(each['bias'], sign=True)} "
        f"| {_error(each)} | {_share(each['coverage_90'])} "
        f"| {each['with_interval']} of {each['people']} |"
        for each in rows
    )


def _number(value: float | None, *, sign: bool = False) -> str:
    return "none" if value is None else f"{value:+.3g}" if sign else f"{value:.3g}"


def _error(row: Mapping[str, Any]) -> str:
    """Return the median error relative to the truth; where some truths are next to 0 that says nothing."""
    error = row["median_error"]
    return "truth is 0" if error is None or error > 1e6 else f"{100 * error:.1f} %"


def _share(value: float | None) -> str:
    return "no intervals" if value is None else f"{value:.2f}"


def recovery_page(recovery: Mapping[str, Any], models: Sequence[str]) -> str:
    """Return the page of parameter recovery over all models."""
    found = recovery["models"]
    parts = [
        "# Parameter recovery",
        "[the science](README.md)",
        f"For each model, {recovery['people']} simulated people with known parameters go through one "
        f"experiment, "
        "with noise, and the model's own fit looks for the parameters again. **Simulation only:** this "
        "shows what "
        "the fit can tell when the model is right; it says nothing of whether people are like the model.",
        "- *Bias*: mean of estimate less truth, in the parameter's unit.\n"
        "- *Median error*: median of the error's size, relative to the truth.\n"
        "- *90 % coverage*: share of people whose 90 % interval holds the truth, among those with an "
        "interval; "
        "0.90 is right, and with 50 people 0.82 to 0.98 cannot be told from it.\n"
        "- *With an interval*: for how many people the data bound the parameter. The rest get none, and "
        "the fit "
        "says that the data cannot tell.",
    ]
    parts += [
        f"## [{name}](models/{name}.md)\n\n{recovery_table(found[name])}" for name in models if name in found
    ]
    without = [f"[{name}](models/{name}.md)" for name in models if name not in found]
    if without:
        parts.append(f"No recovery, since it has no fit: {', '.join(without)}.")
    parts.append(f"Made by `{recovery['made_by']}`.")
    return "\n\n".join(parts) + "\n"


def study_page(study: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Return the page of the cohort study, from the report that `python -m shared study` writes."""
    plan, overall = study["protocol"], study["overall"]
    arms = [*plan["arms"], "auto"]
    verdict = "accepted" if study["accepted"] else "**not accepted**"
    better = "better" if overall["better_than_any_fixed"] else "**not better**"
    held = sum(bool(each["not_worse"]) for each in study["groups"])
    parts = [
        f"# {study['title']}",
        "[the science](README.md)",
        f"*{study['question']}*",
        f"**{study['reads']}** No person was measured.",
        f"By the rule that was written down before the run, the result is {verdict}. Over all groups, each "
        f"counting alike, `auto` is {better} than the best single fixed mode "
        f"(`{overall['best_single_fixed']}`): {overall['advantage_sd']:+.3f} SD "
        f"({overall['advantage_low']:+.3f} to {overall['advantage_high']:+.3f}). It is not worse than each "
        f"group's "
        f"own best fixed mode, within the margin, in {held} of {len(study['groups'])} groups.",
        "## How it was done",
        f"{study['people']} simulated people, {plan['people_per_profile']} a profile, each through every "
        f"arm from "
        f"the same beginning: {plan['baseline_probes']} baseline probes, {plan['sessions']} sessions of "
        f"{plan['practice_trials']} reaches, {plan['days_between']:g} day apart. Outcome: the absolute "
        f"bias of the "
        f"baseline probe less that of the next-day probe, mean of the last {plan['outcome_probes']}, in SDs "
        "between baseline probes. What `auto` is not told: "
        f"{100 * plan['mislabelled']:.0f} % carry another profile's label, {100 * plan['mixed']:.0f} % a "
        f"second "
        f"impairment, {100 * plan['other_class']:.0f} % learn by another class of model. The people come "
        f"from "
        "another parameter file than the evidence. The best fixed mode of a group is known only "
        "afterwards. The "
        "protocol is `shared/patient/study.toml`.",
        "## What came before this run\n\n" + history(),
        "## Kept gain\n\n![Kept gain by group and arm](figures/study-gains.svg)",
        _gains(study["groups"], arms, labels),
        "## Regret\n\n![Regret of auto by group, against the margin](figures/study-regret.svg)\n\n"
        f"Regret: the best fixed mode's mean less `auto`'s. Not worse: the upper end of the 95 % interval "
        f"stays "
        f"below {100 * plan['margin']:.0f} % of the best fixed mode's gain.",
        _regrets(study["groups"], labels),
        f"Made by `python -m shared study --out docs/science/study.json`, seed {plan['seed']}.",
    ]
    return "\n\n".join(parts) + "\n"


def history() -> str:
    """Return what the protocol's head says of earlier runs, a failed one among them."""
    lines = []
    for line in files("shared.patient").joinpath("study.toml").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    paragraphs = [" ".join(each.split()) for each in "\n".join(lines).split("\n\n")]
    return "\n\n".join(each for each in paragraphs if not each.startswith("The cohort study's protocol"))


def _gains(groups: Sequence[Mapping[str, Any]], arms: Sequence[str], labels: Mapping[str, str]) -> str:
    lines = [
        "| group | " + " | ".join(arm.replace("_", " ") for arm in arms) + " |",
        "|---|" + "---|" * len(arms),
    ]
    for each in groups:
        gains = [f"{each['gain_sd'][arm]:.2f}" for arm in arms]
        best = arms.index(each["best_fixed"])
        gains[best] = f"**{gains[best]}**"
        lines.append(f"| {labels.get(each['group'], each['group'])} | " + " | ".join(gains) + " |")
    return "\n".join(lines) + "\n\nIn SDs between probes; bold: the best fixed mode of the group."


def _regrets(groups: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    lines = ["| group | regret (SD) | 95 % interval | margin | not worse |", "|---|---|---|---|---|"]
    lines += [
        f"| {labels.get(each['group'], each['group'])} | {each['regret_sd']:+.3f} "
        f"| {each['regret_low']:+.3f} to {each['regret_high']:+.3f} | {each['margin_sd']:.3f} "
        f"| {'yes' if each['not_worse'] else '**no**'} |"
        for each in groups
    ]
    return "\n".join(lines)
