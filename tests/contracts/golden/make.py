"""Make the golden files of a wire version: `python tests/contracts/golden/make.py v2`.

Done once, when a version is born; after that the files never change, since they stand for what patients'
machines hold. A later version gets a folder of its own, and the old ones must go on decoding and replaying.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from game_client.session.blocks import games  # noqa: E402
from shared.wire.codec import encode_json, sha256  # noqa: E402
from shared.wire.plan import (  # noqa: E402
    Dose,
    FeedbackPlan,
    ImpairmentProfile,
    Plan,
    PlanBlock,
    PlanContent,
    PlanEnvelope,
    Schedule,
)
from shared.wire.sync import Receipt  # noqa: E402

_PROFILES = {"reward_based": "cerebellar_ataxia", "strategy_cue": "parkinson_on"}


def main(version: str) -> None:
    folder = Path(__file__).parent / version
    if any(folder.glob("*.bundle")):
        raise SystemExit(f"{folder} has golden files already: they never change; make a new version")
    folder.mkdir(parents=True, exist_ok=True)
    for game, mode in sorted((each.id, mode) for each in games().values() for mode in each.modes):
        out = folder / f"{game}.{mode}.bundle"
        command = [sys.executable, "-m", "game_client", "simulate", "--trials", "12", "--seed", "1"]
        command += ["--game", game, "--mode", mode, "--profile", _PROFILES.get(mode, "healthy_old")]
        subprocess.run([*command, "--out", str(out)], cwd=ROOT, check=True)
    plan = _plan()
    (folder / "plan.json").write_bytes(encode_json(PlanEnvelope(plan=plan, sha256=sha256(encode_json(plan)))))
    receipt = Receipt(
        id=UUID("01900000-0000-7000-8000-000000000001"),
        sha256_raw="ab" * 32,
        server_seq=7,
        received_utc_ms=1_790_000_000_000,
        state="stored",
        mac="cd" * 32,
    )
    (folder / "receipt.json").write_bytes(encode_json(receipt))


def _plan() -> Plan:
    block = PlanBlock(
        key="reach",
        game="tide_anchor",
        mode="auto",
        approved_modes=["error_based", "reward_based"],
        dose=Dose(probe_trials=4, practice_trials=30),
        game_params={"targets": 4},
        mode_params={"rotation_deg": 12.5},
    )
    lean = PlanBlock(
        key="lean",
        game="ferry_crossing",
        mode="error_based",
        movement="trunk_lean",
        dose=Dose(probe_trials=4, practice_trials=20),
        game_params={"amplitude": 0.6, "course_s": 10.0},
        feedback=FeedbackPlan(schedule="faded", least_share=0.4),
        dual_task=True,
    )
    design = PlanBlock(key="compare", game="tide_anchor", n_of_1=["error_based", "reward_based"])
    return Plan(
        id=UUID("01900000-0000-7000-8000-000000000002"),
        version=3,
        revision=9,
        content=PlanContent(
            title="Reach – näher",
            blocks=[block, lean, design],
            schedule=Schedule(weekdays=[0, 3]),
            free_swim_min=1.5,
        ),
        impairment=ImpairmentProfile(diagnoses=["stroke"], affected_side="right", fma_ue=31.5),
        greeting_name="Zoë",
        bias_deg=-4.25,
        measured={"retention": 0.5},
    )


if __name__ == "__main__":
    main(sys.argv[1])
