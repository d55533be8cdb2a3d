"""What the scripts share: where things are, how they are called, how they are built."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
SOURCE = "registry.terraform.io/appstreaming/appstreaming"
PROVIDER = "terraform-provider-appstreaming"
EMULATOR = "appstreaming-emulator"


class Failed(Exception):
    """The script cannot go on, for the reason given."""


def version():
    """The version in Cargo.toml: its first `version` line is that of the workspace."""
    for line in (ROOT / "Cargo.toml").read_text().splitlines():
        if line.startswith("version = "):
            return line.split('"')[1]
    raise Failed("Cargo.toml names no version")


def target():
    """This machine in Terraform's words, as in `linux_amd64`."""
    machine = platform.machine().lower()
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
    return f"{platform.system().lower()}_{machine}"


def cargo_build(*arguments, environment=None):
    """Builds and returns where cargo put each program."""
    command = [os.environ.get("CARGO", "cargo"), "build", "--locked", "--message-format=json-render-diagnostics"]
    result = subprocess.run(
        command + list(arguments), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=environment
    )
    if result.returncode != 0:
        raise Failed("the build failed; what cargo said is above")
    messages = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return {m["target"]["name"]: Path(m["executable"]) for m in messages if m.get("executable")}


def pinned_environment(name, *requirements):
    """The folder of the programs of a Python environment in build/ that holds what the files list, each checked by its
    digest; made anew when what it shall hold changes."""
    folder = BUILD / name / "venv"
    digest = hashlib.sha256(sys.version.encode())
    for file in requirements:
        digest.update(file.read_bytes())
    marker = folder / "holds"
    if not marker.exists() or marker.read_text() != digest.hexdigest():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"Installing what the tests need into build/{name}/venv", flush=True)
        venv.create(folder, with_pip=True)
        for file in requirements:
            command = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            # Most modules of a vendor's client are never imported, and need no compiling ahead.
            command += ["--no-compile", "--require-hashes", "--no-build-isolation", "--requirement", file]
            subprocess.run(command, check=True)
        marker.write_text(digest.hexdigest())
    return folder / "bin"


def terraform():
    """The path of a Terraform, brought into the build folder if need be."""
    fetch = [sys.executable, ROOT / "scripts/terraform/fetch"]
    result = subprocess.run(fetch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise Failed("there is no Terraform; why is said above")
    return result.stdout.strip()


def place_in_mirror(provider, mirror):
    """Copies the provider to where Terraform looks for it in a folder laid out as the registry is."""
    package = mirror / SOURCE / version() / target()
    package.mkdir(parents=True, exist_ok=True)
    path = package / f"{PROVIDER}_v{version()}"
    # A running provider cannot be written over, but it can be replaced.
    path.unlink(missing_ok=True)
    path.write_bytes(Path(provider).read_bytes())
    path.chmod(0o755)
    return path
