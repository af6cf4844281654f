# Sourced by each finding: a temporary folder, pinned public packages in it, checks, and an end that leaves nothing.
set -euo pipefail
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
support=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
root=$work/root
: >"$work/started"

# end: stop what was started here, by process id, and remove the folder. The ids are in a file, since functions run in $(...) too.
end() {
    local process try
    while read -r process; do kill "$process" 2>/dev/null || true; done <"$work/started"
    while read -r process; do
        for try in $(seq 40); do kill -0 "$process" 2>/dev/null || continue 2; sleep 0.05; done
        kill -KILL "$process" 2>/dev/null || true
    done <"$work/started"
    rm -rf "$work"
}
trap end EXIT

# skip REASON: the finding could not be tried here (exit 77); this says nothing about the behaviour.
skip() { echo "SKIPPED: $1" >&2; exit 77; } # to stderr: some callers are inside $(...)

# changed MESSAGE: the outside software no longer does what the header says.
changed() { echo "CHANGED: $1" >&2; exit 1; }

# expect WHAT ACTUAL EXPECTED
expect() {
    [ "$2" = "$3" ] || changed "$1: expected [$3], observed [$2]"
    echo "  $1: ${3//$'\n'/; }"
}

# need COMMAND...
need() {
    local command
    for command in "$@"; do command -v "$command" >/dev/null || skip "$command is not installed"; done
}

# debian NAME=VERSION...: Debian packages, unpacked into $root and not installed.
debian() {
    need apt-get dpkg
    mkdir -p "$work/debian" "$root"
    (cd "$work/debian" && apt-get download "$@" >log 2>&1) || skip "not served: $*; raise the pin in the script and check again"
    local package
    for package in "$work"/debian/*.deb; do dpkg -x "$package" "$root"; done
    export LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu PYTHONPATH=$root/usr/lib/python3/dist-packages
    export PATH=$root/usr/bin:$root/usr/sbin:$root/bin:$root/sbin:$PATH
}

# python: Debian's own interpreter, for which its packages are made.
python() { /usr/bin/python3 "$@"; }

# npm_packages NAME@VERSION...: into $work/npm; scripts of packages are not run.
npm_packages() {
    need node npm
    mkdir -p "$work/npm"
    (cd "$work/npm" && echo '{"private":true}' >package.json && npm install --ignore-scripts --no-audit --no-fund --silent "$@" >log 2>&1) ||
        skip "not served: $*"
}

# javascript <program: runs it beside the packages.
javascript() { cat >"$work/npm/program.js"; (cd "$work/npm" && timeout 40 node program.js); }

# csharp NAME@VERSION|FRAMEWORK... <program: builds a program with these NuGet packages and shared frameworks and runs it.
csharp() {
    need dotnet
    local folder=$work/csharp package
    mkdir -p "$folder"
    cat >"$folder/Program.cs"
    {
        echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>'
        echo '<ImplicitUsings>enable</ImplicitUsings><Nullable>disable</Nullable><NuGetAudit>false</NuGetAudit>'
        echo "<RestorePackagesPath>$work/nuget</RestorePackagesPath></PropertyGroup><ItemGroup>"
        for package in "$@"; do
            case $package in
                *@*) echo "<PackageReference Include=\"${package%@*}\" Version=\"[${package#*@}]\"/>" ;;
                *) echo "<FrameworkReference Include=\"$package\"/>" ;;
            esac
        done
        echo '</ItemGroup></Project>'
    } >"$folder/program.csproj"
    dotnet restore "$folder" >"$work/log" 2>&1 || skip "not restored: $*; $(grep -m1 error "$work/log" || true)"
    dotnet build "$folder" --no-restore -o "$folder/out" -v q >"$work/log" 2>&1 || changed "the program no longer compiles: $(grep -m1 error "$work/log")"
    timeout 40 dotnet "$folder/out/program.dll"
}

# start COMMAND...: in the background, its output into $work/started.log; ended at exit.
start() {
    [ "$1" = python ] && set -- /usr/bin/python3 "${@:2}" # the process itself, not a shell around it: it is ended by its id
    "$@" >>"$work/started.log" 2>&1 &
    echo $! >>"$work/started"
}

# wait_tcp PORT: until somebody listens there, 10 seconds at most.
wait_tcp() {
    local try
    for try in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
    skip "nobody listens on port $1: $(tail -1 "$work/started.log")"
}

# free_port: a port of 127.0.0.1 that nobody has.
free_port() { python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# serve COMMAND...: a server whose first line of output is its port, which becomes $port; the output is in $work/served.log.
serve() {
    : >"$work/served.log"
    [ "$1" = python ] && set -- /usr/bin/python3 "${@:2}"
    "$@" >"$work/served.log" 2>>"$work/started.log" &
    echo $! >>"$work/started"
    local try
    for try in $(seq 100); do
        port=$(head -1 "$work/served.log")
        [ -n "$port" ] && return
        sleep 0.1
    done
    skip "no port from $1: $(tail -1 "$work/started.log")"
}
