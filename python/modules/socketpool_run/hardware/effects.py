"""Effects on sound: they keep their settings, and play what they are given."""

from .audio import Player, Sample
from .records import record


def effect(module, name, doc, **settings):
    """A class that is a sample and plays one."""
    common = {"buffer_size": 512, "sample_rate": 8000, "bits_per_sample": 16, "samples_signed": True, "channel_count": 1}
    kept = record(module, name, doc, (), by_name=True, **settings, **common)
    return type(name, (Player, kept, Sample), {"__doc__": doc, "__module__": module, "_is_going": lambda self: self.playing})
