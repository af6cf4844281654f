# golang <program: builds it with Debian's Go and its standard library alone, and runs it. GO111MODULE and the build cache of the user are not touched.
golang() {
    need go
    [[ $(go version) == "go version go1.19.8 "* ]] || skip "the pin is Go 1.19.8 of Debian 12"
    mkdir -p "$work/go"
    cat >"$work/go/main.go"
    GOCACHE=$work/go/cache GOPATH=$work/go/path GO111MODULE=off GOFLAGS= CGO_ENABLED=0 go build -o "$work/go/program" "$work/go/main.go" 2>"$work/log" ||
        changed "the program no longer compiles: $(tail -1 "$work/log")"
    timeout 20 "$work/go/program"
}
