"""What stands in files beside the code is true: compose file, deployments, lock file, README, Makefile."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def compose() -> dict[str, dict[str, dict[str, object]]]:
    loaded: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(
        (ROOT / "docker-compose.yml").read_text()
    )
    return loaded


def test_compose_has_the_services_and_they_wait_for_each_other() -> None:
    services = compose()["services"]
    assert set(services) == {"postgres", "migrate", "prefect", "worker"}
    for name, service in services.items():
        assert ("image" in service) != ("build" in service), name
        for other, condition in dict(service.get("depends_on", {})).items():  # type: ignore[call-overload]
            assert other in services
            wanted = condition["condition"]
            assert wanted != "service_healthy" or "healthcheck" in services[other], (
                f"{name} waits for {other}"
            )
    assert str(services["postgres"]["image"]).startswith("postgres:18")


def test_compose_publishes_on_loopback_only_and_holds_no_secret() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for service in compose()["services"].values():
        for port in service.get("ports", []):  # type: ignore[attr-defined]
            assert str(port).startswith("127.0.0.1:")
    assert not re.search(r"PASSWORD: (?!\$\{)", text)
    used = set(re.findall(r"\$\{([A-Z_]+)", text))
    offered = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert used == offered


def test_compose_mounts_and_commands_exist() -> None:
    volumes = set(compose()["volumes"])
    for service in compose()["services"].values():
        for mount in service.get("volumes", []):  # type: ignore[attr-defined]
            source = str(mount).split(":")[0]
            assert source in volumes or (ROOT / source).exists(), source
    assert "deploy/worker.sh" in str(compose()["services"]["worker"]["command"])
    pool = yaml.safe_load((ROOT / "prefect.yaml").read_text())["definitions"]["pool"]["name"]
    assert f"--pool {pool}" in (ROOT / "deploy" / "worker.sh").read_text()


def test_settings_named_in_deployment_files_are_settings() -> None:
    from pipeline.settings import Settings

    known = {f"CHIPWIRE_{name}".upper() for name in Settings.model_fields}
    for service in compose()["services"].values():
        for name in dict(service.get("environment", {})):  # type: ignore[call-overload]
            assert not str(name).startswith("CHIPWIRE_") or name in known, name


def test_dockerfile_copies_what_is_there_and_drops_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    for line in lines:
        if line.startswith("COPY"):
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source
    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users and users[-1] != "root"


def test_deployments_name_flows_that_exist() -> None:
    for deployment in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]:
        file, name = deployment["entrypoint"].split(":")
        module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
        assert getattr(module, name).name == deployment["name"]
        for schedule in deployment.get("schedules", []):
            assert len(schedule["cron"].split()) == 5


def test_lock_has_exact_versions_and_hashes_and_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    pinned = [block for block in blocks if re.match(r"[A-Za-z0-9._-]+(\[[^\]]+\])?==", block)]
    assert len(pinned) > 50
    for block in pinned:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert not re.search(r"^\s*(-i|--(extra-)?index-url|--find-links)\b|https?://", text, re.MULTILINE)


def test_readme_commands_and_files_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    from flows.cli.app import app

    known = {command.name for command in app.registered_commands} | {
        group.name for group in app.registered_groups
    }
    used = set(re.findall(r"(?:^|[\s`(])chipwire ([a-z]+)", text))
    assert used <= known | {"is"}
    assert {"run", "extract", "deals", "db", "serve"} <= used
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", text)) <= targets
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("target", ["demo", "test", "lint", "score", "bench", "lock"])
def test_make_knows_the_target(target: str) -> None:
    ran = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def test_no_code_file_is_longer_than_400_lines() -> None:
    files = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    long = {file: count for file in files if (ROOT / file).exists() if (count := _lines(ROOT / file)) > 400}
    assert not long


def _lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")
