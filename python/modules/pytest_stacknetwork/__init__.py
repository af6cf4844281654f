"""pytest's fixture `simulation`: a test in simulated time, over a simulated network (`stacknetwork.simulation`).

    @pytest.mark.simulation(seeds=range(1, 101))
    def test_shop(simulation):
        shop = simulation.node("shop")
"""

import os

import pytest

# Of the log, what a failure shows.
_LINES = 30


def pytest_addoption(parser):
    """The options."""
    group = parser.getgroup("simulation", "simulated networks (stacknetwork)")
    group.addoption("--simulation-seed", type=int, metavar="N", help="run each test of a simulation with this seed alone")
    group.addoption("--simulation-captures", metavar="DIRECTORY", help="write the frames of each simulation to a file of DIRECTORY (pcapng)")


def pytest_configure(config):
    """The marker."""
    config.addinivalue_line(
        "markers", "simulation(seeds=(1,), **options): run the test once for each seed; the options are those of stacknetwork.simulation()")


def pytest_generate_tests(metafunc):
    """A test for each seed."""
    if "simulation" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("simulation")
    seeds = list(marker.kwargs.get("seeds", (1,))) if marker is not None else [1]
    metafunc.parametrize("simulation", _choose(metafunc.config, seeds), indirect=True, ids=lambda seed: f"seed{seed}")


def _choose(config, seeds):
    from stacknetwork._seeds import choose

    try:
        return choose(seeds, config.getoption("--simulation-seed"))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.fixture
def simulation(request):
    """A `stacknetwork.Simulation` that has begun, and ends with the test."""
    import stacknetwork

    marker = request.node.get_closest_marker("simulation")
    options = {name: value for name, value in marker.kwargs.items() if name != "seeds"} if marker is not None else {}
    folder = request.config.getoption("--simulation-captures")
    if folder and "capture" not in options:
        os.makedirs(folder, exist_ok=True)
        name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in request.node.name)
        options["capture"] = os.path.join(folder, f"{name}.pcapng")
    begun = stacknetwork.simulation(request.param, **options)
    begun.__enter__()
    request.node._simulation = begun
    yield begun
    _end(request.node, None)  # where the test itself did not begin


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    """The simulation ends with the test's own code, so that its failure is the test's."""
    outcome = yield
    error = outcome.excinfo[1] if outcome.excinfo else None
    try:
        _end(item, error)
    except BaseException as failure:
        if failure is not error:
            raise


def _end(item, error):
    begun = getattr(item, "_simulation", None)
    if begun is None:
        return
    item._simulation = None
    try:
        begun.__exit__(None if error is None else type(error), error, None)
    finally:
        if begun.failure is not None:
            item._simulation_report = _report(begun, item)


def _report(begun, item):
    lines = begun.log.splitlines()
    shown = [f"({len(lines) - _LINES} lines before)", *lines[-_LINES:]] if len(lines) > _LINES else lines
    return "\n".join([begun.replay, f"The same run again: pytest '{item.nodeid}' --simulation-seed={begun.seed}", "", *shown])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows seed, time, and the end of the log."""
    outcome = yield
    text = getattr(item, "_simulation_report", None)
    if text is not None and call.when == "call" and call.excinfo is not None:
        outcome.get_result().sections.append(("simulation", text))
