"""Devices on I2C that are made up for the libraries that look for them: identity, and measurements that `sensor_...` feeds."""

from collections import namedtuple

Model = namedtuple("Model", "library name addresses make")

MODELS = []
