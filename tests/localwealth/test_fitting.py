"""Fitting the model: what it makes of labels, and when it leaves well alone."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from localwealth import cli
from localwealth.matching import evaluate as ev
from localwealth.matching import fitting, model
from localwealth.matching.features import NAMES
from localwealth.registers import generate
from localwealth.registers.making import build


def test_a_model_is_the_same_from_its_text_and_refuses_other_features(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    values = draw.normal(size=(3000, len(NAMES))).astype(np.float32)
    right = values[:, 0] + values[:, 1] * values[:, 2] > 0.3
    made = fitting.fit(values, right, np.arange(3000) // 2, rounds=60)
    assert ((made.probability(values) > 0.5) == right).mean() > 0.8
    made.save(tmp_path / "m.json")
    again = model.Model.load((tmp_path / "m.json").read_text())
    assert np.allclose(made.probability(values), again.probability(values), atol=1e-3)
    changed = json.loads((tmp_path / "m.json").read_text())
    changed["features"][0] = "other"
    with pytest.raises(ValueError, match="other features"):
        model.Model.load(json.dumps(changed))


def test_small_tables_are_shared_out_among_no_threads() -> None:
    """Which wait for each other by turning on the spot: ten times the processor's time."""
    script = (
        "import os, localwealth, numpy; numpy.ones((512, 64)) @ numpy.ones((64, 64));"
        "print(len(os.listdir('/proc/self/task')))"
    )
    unsaid = {key: word for key, word in os.environ.items() if key != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", script], env=unsaid, capture_output=True)
    assert done.stdout.split() == [b"1"], done.stderr


def test_the_shipped_model_says_what_it_was_fitted_on() -> None:
    assert model.shipped().made_of["pairs"] > 100_000
    assert 0.3 <= model.shipped().threshold <= 0.9


def test_a_town_fits_the_model_further_on_its_own_labels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whose names say SITE for the last word of every other name, which nobody else's do."""
    own = build(tmp_path / "s", [], generate.companies(1500, 4))
    names_ = own.query("select id, name from entries order by name").to_pylist()
    rows = []
    for at, one in enumerate(names_[:900]):
        words = one["name"].split()
        rows.append((" ".join([*words[:-1], "SITE"]) if at % 2 else one["name"], one["id"]))
    rows += [(f"{one['name'].split()[0]} SITE WORKS", "") for one in names_[900:1100]]
    truth = tmp_path / "t.csv"
    with truth.open("w", newline="") as file:
        csv.writer(file).writerows(
            [
                ["supplier_name", "amount_gbp", "postcode", "register_id"],
                *([name, "1", "", number] for name, number in rows),
            ]
        )
    words = ["--register", str(own.folder)]
    made = tmp_path / "own.json"
    assert cli.main(["fit", str(truth), *words, "--out", str(made)]) == 0
    said = capsys.readouterr().out
    before, after = (float(one) for one in re.findall(r"\d\.\d{4}", said))
    assert after > before
    assert cli.main(["evaluate", str(truth), *words, "--model", str(made), "--json"]) == 0
    with_own = json.loads(capsys.readouterr().out)["by_names"]["f1"]
    assert cli.main(["evaluate", str(truth), *words, "--json"]) == 0
    assert with_own > json.loads(capsys.readouterr().out)["by_names"]["f1"]
    out = tmp_path / "m.csv"
    assert cli.main(["match", str(truth), *words, "--model", str(made), "--out", str(out)]) == 0
    # What can't be fitted or used is said, and nothing is written.
    truth.write_text("\n".join(truth.read_text().splitlines()[:200]) + "\n")
    assert cli.main(["fit", str(truth), *words, "--out", str(tmp_path / "no.json")]) == 2
    assert "At least 300 names" in capsys.readouterr().err
    assert not (tmp_path / "no.json").exists()
    made.write_text("{}")
    assert cli.main(["evaluate", str(truth), *words, "--model", str(made)]) == 2
    assert "own.json is no model" in capsys.readouterr().err


def test_several_models_as_one_give_the_mean_of_what_they_say() -> None:
    draw = np.random.default_rng(4)
    values = draw.normal(3, 2, (600, len(NAMES))).astype(np.float32)
    right = values[:, 0] + values[:, 1] > 6
    group, held = np.arange(600) // 2, np.arange(600) % 6 == 0
    blur = {"size of the register": 0.5}
    one = [
        fitting.fit_several(values, right, group, held, 1, blur, seed=seed) for seed in (1, 2, 3)
    ]
    three = fitting.fit_several(values, right, group, held, 3, blur)

    def said(made: model.Model) -> np.ndarray:
        return np.log(made.probability(values) / (1 - made.probability(values)))

    assert said(three) == pytest.approx(sum(map(said, one)) / 3, abs=1e-6)
    assert ((three.probability(values) > 0.5) == right).mean() > 0.9


def test_labels_held_back_judge_and_then_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = build(tmp_path / "s", [], generate.companies(700, 4))
    rows = own.query("select id, name from entries order by name").to_pylist()
    truth = ev.Truth(
        [f"{one['name'].split()[0]} SITE" for one in rows],
        [Decimal(1)] * len(rows),
        [""] * len(rows),
        [one["id"] for one in rows],
    )
    held, adapt = [], fitting.adapt
    monkeypatch.setattr(fitting, "adapt", lambda *given: held.append(given[4]) or adapt(*given))
    made, said = fitting.fit_further(own, truth)
    assert [one.any() for one in held] == [True, False]
    assert said["f1_own"] > said["f1"]
    assert made.made_of["names"] == len(rows)
    assert not np.allclose(made.inner, model.shipped().inner)


def test_a_model_to_which_labels_add_nothing_stays_as_it_is() -> None:
    base = model.shipped()
    draw = np.random.default_rng(2)
    values = (base.mean + base.scale * draw.normal(size=(900, len(NAMES)))).astype(np.float32)
    right = base.probability(values) > 0.5
    held = np.arange(900) % 3 == 0
    # What is fitted says the contrary of what judges.
    assert fitting.adapt(base, values, right ^ ~held, np.arange(900), held, {}) is base
