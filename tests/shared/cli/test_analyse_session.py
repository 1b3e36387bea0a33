"""`python -m shared analyse session`: a recording's exports, packed or not, and what they still tell."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import msgspec
import pytest

from shared.metrics._trajectory import COLUMNS
from shared.metrics.compute import compute_recording
from shared.wire import codec
from shared.wire.session import Recording
from shared.wire.streams import stream_columns
from tests.shared.cli.test_analyse import refused, run_json
from tests.shared.recordings import session


def exported(played: Recording) -> bytes:
    """The trajectory as the clinic exports it (`clinic_server.exchange.selectors.trajectory_csv`)."""
    ticks = stream_columns(played, "tick")
    rows = ["t_s,x_mm,y_mm,filtered_x_mm,filtered_y_mm,confidence,flags"]
    names = ("x_um", "y_um", "fx_um", "fy_um")
    for at in range(len(ticks["x_um"])):
        places = ",".join(str(ticks[name][at] / 1000) for name in names)
        rows.append(f"{round(at / 120, 6)},{places},{ticks['confidence'][at]},{ticks['flags'][at]}")
    return ("\n".join(rows) + "\n").encode()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_an_archive_gives_the_rows_of_the_recording_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played = session()
    file = tmp_path / "export.zip"
    file.write_bytes(
        zipped({"a/readme.txt": b"t", "a/anything": codec.seal(played).file, "a/t.csv": exported(played)})
    )
    rows = run_json(capsys, "analyse", "session", file)
    assert rows == [msgspec.to_builtins(each) for each in compute_recording(played)]


def as_json(table: bytes) -> bytes:
    """The same columns as the interface answers with."""
    names, *rows = table.decode().splitlines()
    columns = zip(*(map(float, each.split(",")) for each in rows), strict=True)
    answer = dict(zip(names.split(","), map(list, columns), strict=True))
    return json.dumps({"session_id": "018f0000-0000-7000-8000-000000000000", "unit": "m"} | answer).encode()


@pytest.mark.parametrize("form", ["csv", "zip", "json", "json in zip"])
def test_a_trajectory_tells_its_lost_share_and_what_is_missing(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played = session()
    flags = stream_columns(played, "tick")["flags"]
    content = exported(played).replace(b",90,0\n", b",0,2\n", 60)
    file = tmp_path / "export"
    content = as_json(content) if "json" in form else content
    file.write_bytes(zipped({"trajectory": content}) if "zip" in form else content)
    rows = {each["metric"]: each for each in run_json(capsys, "analyse", "session", file)}
    assert set(rows) == {each.metric for each in compute_recording(played)}
    assert rows["dropout_share"]["value"] == pytest.approx(60 / len(flags))
    assert rows["sparc"]["missing_reason"] == "trajectory_without_trials"
    assert rows["sample_rate_hz"]["missing_reason"] == "trajectory_without_raw_samples"
    assert [each["metric"] for each in rows.values() if each["value"] is not None] == ["dropout_share"]


@pytest.mark.contracts
def test_the_columns_are_those_that_the_clinic_exports() -> None:
    from clinic_server.exchange import selectors

    assert selectors.COLUMNS == COLUMNS
    assert exported(session()).startswith(",".join(COLUMNS).encode() + b"\n")


def test_archives_and_trajectories_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "export.zip"
    sealed = codec.seal(session()).file

    def told(content: bytes) -> str:
        file.write_bytes(content)
        return refused(capsys, "analyse", "session", file)

    assert "holds 2 sealed recordings" in told(zipped({"a": sealed, "b": sealed}))
    assert "holds no sealed recordings" in told(zipped({"a.txt": b"nothing"}))
    assert "holds no sealed recordings" in told(zipped({}))
    assert "damaged archive" in told(zipped({"a": sealed})[:-40])
    flipped = bytearray(zipped({"a": sealed}))
    flipped[len(flipped) // 2] ^= 0xFF
    assert "damaged" in told(bytes(flipped))
    assert "export.zip, cut" in told(zipped({"cut": sealed[:500]}))
    plain = exported(session())
    assert "column flags is missing" in told(plain.replace(b",flags", b"", 1))
    assert "line 3, column x_mm" in told(plain.replace(b"\n0.008333,", b"\n0.008333,x", 1))
    assert "time goes back" in told(plain.replace(b"\n0.016667,", b"\n9.016667,", 1))
    assert "at least 1" in told(plain.splitlines(keepends=True)[0])
    short = plain.splitlines(keepends=True)[0] + b"0,1,1,1,1,90,0\n0.1,1,1,1,1,90,0\n"
    whole = as_json(short)
    assert "column flags is missing" in told(whole.replace(b'"flags"', b'"other"'))
    assert "no exported trajectory" in told(whole[:-1])
    assert "no exported trajectory" in told(whole.replace(b"90.0", b'"high"', 1))
    assert "as many in each" in told(whole.replace(b"[90.0, 90.0]", b"[90.0]"))
    assert "as many in each" in told(whole.replace(b"[90.0, 90.0]", b"[90.0, null]"))
    assert "time goes back" in told(whole.replace(b"[0.0, 0.1]", b"[0.1, 0.0]"))
    assert "export.zip" in told(b"t,x,y\n0,1,2\n")
