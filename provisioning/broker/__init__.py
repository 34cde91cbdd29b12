"""Brokers: the province's and a box's configuration of mosquitto, and mosquitto as a child."""

from provisioning.broker.box import Bridge, BridgeTls, box_config
from provisioning.broker.lines import LOOPBACK
from provisioning.broker.mosquitto import (
    BrokerEndedError,
    Mosquitto,
    NoMosquittoError,
    started_mosquitto,
)
from provisioning.broker.province import Door, DoorFiles, acl, province_config

__all__ = (
    "LOOPBACK",
    "Bridge",
    "BridgeTls",
    "BrokerEndedError",
    "Door",
    "DoorFiles",
    "Mosquitto",
    "NoMosquittoError",
    "acl",
    "box_config",
    "province_config",
    "started_mosquitto",
)
