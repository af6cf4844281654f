"""`wifi.radio` of a thread of a simulation: the radio of the node that its program runs on."""

from types import ModuleType

import wifi

from ._virtual import state_of_thread


class _Wifi(ModuleType):
    """The module `wifi`, whose radio depends on who asks."""

    @property
    def radio(self):
        state = state_of_thread()
        if state is None or state.node is None:
            return self.__dict__["radio"]
        state.check()
        return state.node.radio

    @radio.setter
    def radio(self, value):
        self.__dict__["radio"] = value


def show_nodes():
    """From now on `wifi.radio` is a node's for the programs of nodes."""
    wifi.__class__ = _Wifi
