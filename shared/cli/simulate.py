"""`simulate`: a learning model on a schedule, or a virtual patient in a training mode, a row a trial."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from shared.cli._command import Command, InputError, add_json, show
from shared.learning import models
from shared.learning.spec import Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.learning.spec import Model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--model", metavar="ID", help="a learning model, such as two_rate")
    who.add_argument("--patient", metavar="PROFILE", help="a virtual profile, such as parkinson_on")
    parser.add_argument(
        "--schedule",
        metavar="TEXT",
        help='stretches of COUNTxVALUE or COUNTxclamp, such as "20x0,200x1,17x-1,80xclamp" (with --model; '
        "the default is the model's own example)",
    )
    parser.add_argument(
        "--param",
        metavar="NAME=VALUE",
        nargs="+",
        action="extend",
        default=[],
        help="parameters of the model, as one flag or several",
    )
    parser.add_argument(
        "--mode", metavar="MODE", help="a training mode, such as error_based (with --patient)"
    )
    parser.add_argument(
        "--trials", type=int, metavar="N", help="trials to play (with --patient; default 100)"
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", help="seed of noise and chance (default: no noise, or 0)"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.seed is not None and arguments.seed < 0:
        raise InputError("--seed: a seed is 0 or more")
    if arguments.model is not None:
        _refuse(arguments, ("mode", "trials"), "--model")
        rows = simulate_model(arguments.model, arguments.schedule, arguments.param, arguments.seed)
    else:
        _refuse(arguments, ("schedule", "param"), "--patient")
        rows = simulate_patient(arguments.patient, arguments.mode, arguments.trials, arguments.seed)
    show(rows, as_json=arguments.json)
    return 0


def simulate_model(
    model_id: str, schedule_text: str | None, parameters: Sequence[str], seed: int | None
) -> list[dict[str, Any]]:
    """Return a row a trial: trial (from 1), perturbation (None in a clamp), clamp, output, fast, slow, more.

    Output and states are those before the trial's update; what a model does not have is None. Without a
    seed there is no noise, unless the model needs chance or a noise is given: then the seed is 0.

    Raises:
        InputError: an unknown model, or a parameter that is not NAME=VALUE.
        LearningError: the schedule cannot be read, or a parameter is unknown or out of bounds.
    """
    model = find_model(model_id)
    given = read_parameters(parameters)
    params = model.complete(given)
    schedule = Schedule.parse(model.example_schedule if schedule_text is None else schedule_text)
    found = model.simulate(params, schedule, _generator(model, given, seed))
    named = {"output": found["output"], "fast": found.get("fast"), "slow": found.get("slow")}
    named |= {name: values for name, values in found.items() if name not in named}
    rows = []
    for at in range(len(schedule)):
        clamp = bool(schedule.clamp[at])
        row: dict[str, Any] = {"trial": at + 1}
        row["perturbation"] = None if clamp else float(schedule.perturbation[at])
        row["clamp"] = clamp
        for name, values in named.items():
            row[name] = None if values is None else _plain(values[at])
        rows.append(row)
    return rows


def simulate_patient(
    profile: str, mode: str | None, trials: int | None, seed: int | None
) -> list[dict[str, Any]]:
    """Return a row a trial of a virtual patient who plays in a training mode.

    Raises:
        InputError: no mode is given, or no possible count of trials.
        MovereError: there is no such profile or mode.
    """
    if mode is None:
        raise InputError("--patient needs --mode, such as error_based")
    # Late: the virtual patients and the training modes need not be read to simulate a model.
    from shared.patient.trials import MAX_TRIALS, simulate

    count = 100 if trials is None else trials
    if not 1 <= count <= MAX_TRIALS:
        raise InputError(f"--trials: {count}, and 1 to {MAX_TRIALS} are possible")
    return simulate(profile, mode, count, 0 if seed is None else seed)


def find_model(model_id: str) -> Model:
    """Return a model by its id.

    Raises:
        InputError: there is none.
    """
    known = models()
    if model_id not in known:
        raise InputError(f"there is no model {model_id}; known are {', '.join(known)}")
    return known[model_id]


def read_parameters(given: Sequence[str]) -> dict[str, float]:
    """Read NAME=VALUE, one or more a text, separated by spaces or commas.

    Raises:
        InputError: a text of another form, no finite number, or a name given twice.
    """
    found: dict[str, float] = {}
    for part in " ".join(given).replace(",", " ").split():
        name, equals, text = part.partition("=")
        try:
            value = float(text) if equals and name else math.nan
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InputError(f"--param: '{part[:40]}' is not NAME=VALUE with a number, such as af=.59")
        if name in found:
            raise InputError(f"--param: {name} is given twice")
        found[name] = value
    return found


def _generator(model: Model, given: dict[str, float], seed: int | None) -> np.random.Generator | None:
    """Without a seed nothing is drawn, unless the model or a noise that is given needs it: then seed 0."""
    noisy = any("noise" in name and value > 0 for name, value in given.items())
    if seed is None and model.random != "needed" and not noisy:
        return None
    return np.random.Generator(np.random.PCG64(0 if seed is None else seed))


def _refuse(arguments: argparse.Namespace, names: Sequence[str], with_what: str) -> None:
    for name in names:
        if getattr(arguments, name) not in (None, []):
            raise InputError(f"--{name} does not go with {with_what}")


def _plain(value: Any) -> float | None:
    """JSON has no NaN: a trial without such a value has None."""
    number = float(value)
    return number if math.isfinite(number) else None


COMMAND = Command("simulate", "simulate a learning model or a virtual patient", add_arguments, run)
