"""Every kind of speaker a box can be fitted with."""

from devices.speaker.simulated import SimulatedSpeakerConfig
from devices.speaker.spoken import ClipsSpeakerConfig, EspeakSpeakerConfig

SpeakerConfig = EspeakSpeakerConfig | ClipsSpeakerConfig | SimulatedSpeakerConfig
