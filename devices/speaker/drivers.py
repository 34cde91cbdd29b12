"""The drivers of speakers: their union is the registry."""

from devices.speaker.simulated import SimulatedSpeakerConfig
from devices.speaker.spoken import ClipsSpeakerConfig, EspeakSpeakerConfig

SpeakerConfig = EspeakSpeakerConfig | ClipsSpeakerConfig | SimulatedSpeakerConfig
