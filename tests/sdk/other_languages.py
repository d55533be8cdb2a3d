"""Makes the programs in clients/ that use the vendors' clients for other languages.

Each language's own tool fetches what its folder pins and builds into build/sdk/.
"""

import os
import shutil
import subprocess
from pathlib import Path

CLIENTS = Path(__file__).resolve().parent / "clients"


def programs(build):
    """The command that starts each language's program, made in the folder `build`; None where a tool is not at hand."""
    return {name: make(build) if all(map(shutil.which, tools)) else None for name, (tools, make) in LANGUAGES.items()}


def go(build):
    program = build / "go" / "client"
    run(["go", "build", "-mod=readonly", "-o", program, "."], CLIENTS / "go")
    return [program]


def node(build):
    # Packages are looked for beside the program.
    folder = build / "node"
    folder.mkdir(parents=True, exist_ok=True)
    installed, wanted = folder / "node_modules" / ".wanted", (CLIENTS / "node" / "package-lock.json").read_text()
    for name in ("package.json", "package-lock.json", "main.js"):
        shutil.copy(CLIENTS / "node" / name, folder)
    if not installed.exists() or installed.read_text() != wanted:
        # Nothing that a package brings may run as it is installed.
        run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
        installed.write_text(wanted)
    return ["node", folder / "main.js"]


def java(build):
    folder = build / "java"
    run(["mvn", "--quiet", "--batch-mode", "-Dstyle.color=never", f"-Dfolder={folder}", "compile"], CLIENTS / "java")
    return ["java", "-cp", f"{folder / 'classes'}{os.pathsep}{folder / 'dependency' / '*'}", "Main"]


# The tools that each language needs, and what makes its program.
LANGUAGES = {"Go": (("go",), go), "Java": (("java", "javac", "mvn"), java), "Node.js": (("node", "npm"), node)}


def run(command, folder):
    print(f"Building {folder.name} with {command[0]}", flush=True)
    command = [shutil.which(command[0]), *map(str, command[1:])]
    subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
