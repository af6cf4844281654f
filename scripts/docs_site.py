"""Builds the documentation's site: the pages of docs/ and the reference of every package's API, from the XML documentation.

    dotnet build                                   # the assemblies and their XML files
    dotnet tool restore                            # DocFX, in the version of .config/dotnet-tools.json
    python3 scripts/docs_site.py artifacts/site    # [--configuration Release]

A warning of DocFX fails it: a link without a target, a reference in the XML documentation to something that is not there, a comment that does not
fit its member. Links of a page that leave docs/ become links to the repository.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINK = re.compile(r"(!?\[[^\]]*\])\(([^)\s]+)\)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("into", help="the folder of the site, which is made anew")
    parser.add_argument("--configuration", default="Debug", help="of the assemblies: Debug or Release")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        packages = copy_assemblies(scratch, arguments.configuration)
        copy_pages(scratch)
        write_configuration(scratch, packages)
        run("metadata", scratch)
        run("build", scratch)
        check_reference(scratch, packages)
        shutil.rmtree(arguments.into, ignore_errors=True)
        shutil.copytree(os.path.join(scratch, "site"), arguments.into)
    print(f"{arguments.into}: {len(packages)} packages")


def copy_assemblies(scratch, configuration):
    """The assemblies of packages with a public API, each with its XML file, and beside them what they refer to."""
    packages = sorted(
        os.path.basename(folder) for folder in (os.path.join(ROOT, "src", name) for name in os.listdir(os.path.join(ROOT, "src")))
        if os.path.exists(os.path.join(folder, "PublicAPI.Shipped.txt")))
    for folder in ("api-assemblies", "references"):
        os.makedirs(os.path.join(scratch, folder))
    for package in packages:
        built = os.path.join(ROOT, "src", package, "bin", configuration, "net10.0")
        for suffix in (".dll", ".xml"):
            if not os.path.exists(os.path.join(built, package + suffix)):
                sys.exit(f"{built} has no {package}{suffix}: run dotnet build first")
            shutil.copy(os.path.join(built, package + suffix), os.path.join(scratch, "api-assemblies"))
        for reference in references(package):
            shutil.copy(reference, os.path.join(scratch, "references"))
    return packages


def references(package):
    """The assemblies of the NuGet packages that a project refers to, as its last restore found them."""
    with open(os.path.join(ROOT, "src", package, "obj", "project.assets.json"), encoding="utf-8") as file:
        assets = json.load(file)
    for name, library in assets["targets"]["net10.0"].items():
        for path in library.get("compile", {}) if library["type"] == "package" else ():
            folder = os.path.join(next(iter(assets["packageFolders"])), assets["libraries"][name]["path"])
            if path.endswith(".dll"):
                yield os.path.join(folder, path)


def copy_pages(scratch):
    """The pages, with links that lead somewhere on the site or to the repository."""
    docs = os.path.join(ROOT, "docs")
    for folder, _, names in os.walk(docs):
        for name in names:
            source = os.path.join(folder, name)
            page = os.path.relpath(source, docs)
            target = os.path.join(scratch, "docs", "index.md" if page == "README.md" else page)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if name.endswith(".md"):
                with open(source, encoding="utf-8") as file:
                    text = file.read()
                with open(target, "w", encoding="utf-8") as file:
                    file.write(LINK.sub(lambda link: f"{link[1]}({site_link(folder, link[2])})", text))
            else:
                shutil.copy(source, target)


def site_link(folder, link):
    """Where a link of a page leads on the site."""
    if re.match(r"[a-z]+:|#", link):
        return link
    path, mark, anchor = link.partition("#")
    target = os.path.normpath(os.path.join(folder, path))
    inside = os.path.relpath(target, os.path.join(ROOT, "docs"))
    if inside == "README.md":
        return os.path.relpath(os.path.join(ROOT, "docs", "index.md"), folder) + mark + anchor
    if not inside.startswith("..") and not os.path.isdir(target):
        return link
    kind = "tree" if os.path.isdir(target) else "blob"
    if not os.path.exists(target):
        sys.exit(f"{os.path.relpath(folder, ROOT)}: the link to {link} has no target")
    return f"{repository()}/{kind}/main/{os.path.relpath(target, ROOT)}{mark}{anchor}"


def repository():
    """The address that packages have, too."""
    return ElementTree.parse(os.path.join(ROOT, "Directory.Build.props")).find(".//RepositoryUrl").text


def write_configuration(scratch, packages):
    configuration = {
        "metadata": [{
            "src": [{"src": "api-assemblies", "files": [package + ".dll" for package in packages]}],
            "references": [{"src": "references", "files": ["*.dll"]}],
            "dest": "api",
            "namespaceLayout": "nested",
        }],
        "build": {
            "content": [{"files": ["api/**.yml", "toc.yml"]}, {"src": "docs", "dest": "", "files": ["**.md"]}],
            "resource": [{"src": "docs", "dest": "", "files": ["**.svg", "**.png"]}],
            "dest": "site",
            "template": ["default", "modern"],
            "globalMetadata": {"_appName": "Socketpool", "_appTitle": "Socketpool", "_enableSearch": True, "_disableContribution": True},
        },
    }
    with open(os.path.join(scratch, "docfx.json"), "w", encoding="utf-8") as file:
        json.dump(configuration, file, indent=2)
    with open(os.path.join(scratch, "toc.yml"), "w", encoding="utf-8") as file:
        file.write("- name: Documentation\n  href: docs/index.md\n- name: API\n  href: api/toc.yml\n")


def run(step, scratch):
    """A step of DocFX. Its exit code reports errors only; the summary counts the warnings."""
    command = ["dotnet", "tool", "run", "docfx", step, os.path.join(scratch, "docfx.json"), "--warningsAsErrors"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).replace(scratch, "").splitlines()
    faults = [line for line in lines if re.search(r"\b(warning|error)\b[^:]*:", line)]
    if done.returncode != 0 or faults:
        sys.exit("\n".join(faults or lines[-20:]) + f"\ndocfx {step}: {len(faults)} faults")


def check_reference(scratch, packages):
    """Each package has pages: an empty reference would be built without a warning."""
    documented = set()
    for name in os.listdir(os.path.join(scratch, "api")):
        with open(os.path.join(scratch, "api", name), encoding="utf-8") as file:
            documented.update(re.findall(r"^  - (SocketPools[.\w]*)$", file.read(), re.MULTILINE))
    missing = [package for package in packages if package not in documented]
    if missing:
        sys.exit(f"the reference has nothing of {', '.join(missing)}")


if __name__ == "__main__":
    main()
