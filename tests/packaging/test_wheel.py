"""The wheel holds all that the program needs at run time: templates, packs, the sample, the example."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the built wheel was unpacked, as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def run(installed: Path, folder: Path, *words: str) -> str:
    """The program from the wheel, away from the checkout."""
    environment = {key: value for key, value in os.environ.items() if key != "NEXTMOVE_CONFIG"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "assistant", *words],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_demo_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    told = run(installed, tmp_path, "demo", "--folder", "sample")
    assert "for today" in told
    assert "queue review" in told


def test_the_example_is_the_one_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert run(installed, tmp_path, "config", "example") == (ROOT / "config.example.toml").read_text(encoding="utf-8")


def test_nothing_but_the_two_packages_and_what_they_need_is_in_it(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")} == {
        "assistant",
        "providers",
    }


def test_every_template_of_the_checkout_is_in_it(installed: Path) -> None:
    here = {path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.j2")}
    there = {path.relative_to(installed / "assistant/_templates") for path in installed.rglob("*.j2")}
    assert here == there
