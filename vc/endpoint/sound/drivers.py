"""Every kind of sound a room can be fitted with."""

from vc.endpoint.sound.alsa import AlsaSoundConfig
from vc.endpoint.sound.simulated import SimulatedSoundConfig

SoundConfig = AlsaSoundConfig | SimulatedSoundConfig
